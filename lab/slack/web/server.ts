import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Control } from '../control.ts'
import type { Lab } from '../lab.ts'
import { acceptWebSocket } from '../websocket.ts'
import { callApi, callResponseUrl } from './api.ts'
import { getControl, postControl } from './control.ts'
import { streamChanges } from './events.ts'
import { giveFileToApp, giveFileToPerson, takeUpload } from './files.ts'
import { givePage } from './page.ts'
import { replyText } from './reply.ts'

/** The one HTTP server of a workspace: Slack's Web API, its WebSockets, the control API and the page. */
export function createWorkspaceServer(lab: Lab, control: Control): Server {
  const server = createServer((request, response) => {
    route(lab, control, request, response).catch(error => {
      if (!response.headersSent) replyText(response, 500, `the workspace made a mistake: ${error}`)
      else response.destroy()
    })
  })
  server.on('upgrade', (request, socket, head) => openSocket(lab, request, socket, head))
  return server
}

/** Only by its own name: a page that pretends to be this host by DNS, or posts across origins, gets nothing. */
function isForUs(lab: Lab, request: IncomingMessage): boolean {
  const port = new URL(lab.origin).port
  const { host, origin } = request.headers
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`]
  return ours.includes(host ?? '') && (origin === undefined || ours.some(each => origin === `http://${each}`))
}

async function route(lab: Lab, control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isForUs(lab, request)) return replyText(response, 403, 'this workspace answers to its own address only')
  const url = new URL(request.url ?? '/', lab.origin)
  const [area = '', name = '', third = ''] = url.pathname.slice(1).split('/')
  if (request.method === 'POST') return await routePost(lab, control, area, name, request, response)
  if (request.method !== 'GET') return replyText(response, 405, 'GET or POST')
  if (area === '_sim' && name === 'events') return streamChanges(lab, response)
  if (area === '_sim' && name === 'file') return giveFileToPerson(lab, third, url.searchParams.has('save'), response)
  if (area === '_sim') return getControl(control, name, url.searchParams, response)
  if (area === 'files') return giveFileToApp(lab, name, request, response)
  await givePage(area === '' ? 'index.html' : area === 'page' ? name : '', response)
}

async function routePost(
  lab: Lab,
  control: Control,
  area: string,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (area === 'api') return await callApi(lab, name, request, response)
  if (area === 'response') return await callResponseUrl(lab, name, request, response)
  if (area === 'upload') return await takeUpload(lab, name, request, response)
  if (area === '_sim') return await postControl(control, name, request, response)
  replyText(response, 404, 'nothing here')
}

function openSocket(lab: Lab, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const url = new URL(request.url ?? '/', lab.origin)
  if (!isForUs(lab, request) || url.pathname !== '/link' || !lab.tickets.redeem(url.searchParams.get('ticket') ?? '')) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    return
  }
  acceptWebSocket(request, socket, head, peer => lab.sockets.join(peer))
}
