import { once } from 'node:events'
import type { Server } from 'node:http'
import { type Control, createControl } from './control.ts'
import { createLab } from './lab.ts'
import { IDENTITY } from './seed.ts'
import type { PersonKind } from './store.ts'
import { createWorkspaceServer } from './web/server.ts'

/** A Slack workspace on this computer: the real Bolt connects to it, people act through the page, tests through `control`. */
export interface Workspace {
  /** The page, `http://127.0.0.1:PORT/`. */
  readonly url: string
  /** For Bolt's `clientOptions.slackApiUrl`. */
  readonly apiUrl: string
  readonly botToken: string
  readonly appToken: string
  readonly appId: string
  readonly teamId: string
  readonly botId: string
  readonly botUserId: string
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  readonly people: readonly { readonly id: string; readonly name: string; readonly kind: PersonKind }[]
  readonly control: Control
  /** Cuts every connection and stops listening. Safe to call twice. */
  close(): Promise<void>
}

export interface WorkspaceOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  readonly now?: () => number
  /** Slash commands the app has; `/ha` unless given. */
  readonly commands?: readonly string[]
  /** Whether Slack's rate limits hold; true unless given. */
  readonly rateLimits?: boolean
}

/** Opens a workspace on 127.0.0.1. Rejects when the port is taken. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const { port = 0, now = Date.now, commands = ['/ha'], rateLimits = true } = options
  const lab = createLab({ now, commands, limited: rateLimits })
  const control = createControl(lab)
  const server = createWorkspaceServer(lab, control)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  lab.origin = originOf(server)
  const { channels, people } = control.state()
  return {
    url: `${lab.origin}/`,
    apiUrl: `${lab.origin}/api/`,
    botToken: IDENTITY.botToken,
    appToken: IDENTITY.appToken,
    appId: IDENTITY.appId,
    teamId: IDENTITY.teamId,
    botId: IDENTITY.botId,
    botUserId: IDENTITY.botUserId,
    channels: channels.map(({ id, name }) => ({ id, name })),
    people: people.map(({ id, name, kind }) => ({ id, name, kind })),
    control,
    async close() {
      lab.clock.close()
      await lab.sockets.close()
      await stop(server)
    },
  }
}

function originOf(server: Server): string {
  const address = server.address()
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
