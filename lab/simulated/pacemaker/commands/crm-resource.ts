import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import { topLines } from '../show/member-line.ts'
import { membersOf, placesOf, type ResourceCall } from './crm-resource-call.ts'
import { cleanup } from './crm-resource-cleanup.ts'
import { ban, clear, move } from './crm-resource-move.ts'
import { getParameter } from './crm-resource-parameter.ts'
import { waitSettled } from './crm-resource-wait.ts'
import { readOptions } from './options.ts'
import { openSource } from './source.ts'

const OPTIONS = {
  M: 'move',
  move: 'move',
  B: 'ban',
  ban: 'ban',
  U: 'clear',
  clear: 'clear',
  W: 'locate',
  locate: 'locate',
  L: 'list',
  list: 'list',
  l: 'list-raw',
  'list-raw': 'list-raw',
  C: 'cleanup',
  cleanup: 'cleanup',
  wait: 'wait',
  g: 'parameter=',
  'get-parameter': 'parameter=',
  r: 'resource=',
  resource: 'resource=',
  N: 'node=',
  H: 'node=',
  node: 'node=',
  'host-uname': 'node=',
  u: 'lifetime=',
  lifetime: 'lifetime=',
  T: 'timeout=',
  timeout: 'timeout=',
  Q: 'quiet',
  quiet: 'quiet',
  f: 'force',
  force: 'force',
}

const NEED_RESOURCE = ['move', 'ban', 'clear', 'locate']

export function crmResource(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_resource: Unknown option ${unknown}`)
  const resource = values['resource'] ?? ''
  if (resource === '' && NEED_RESOURCE.some(command => values[command])) {
    return refusal(EXIT.usage, 'crm_resource: Must supply a resource id with -r')
  }
  const source = openSource(call, live)
  if (!source) return refusal(EXIT.disconnected, `${NO_CIB}\nError performing operation: Not connected`)
  const picture = readPicture(source.cib, live.clock.now())
  const request = { call, live, source, picture, resource, node: values['node'] ?? '', values }
  return unknownName(request) ?? commandOf(values)(request)
}

const NO_CIB = 'crm_resource: Could not connect to the CIB: Transport endpoint is not connected'

function unknownName({ picture, resource, node }: ResourceCall): ToolReply | undefined {
  if (resource !== '' && membersOf(picture, resource).length === 0) return notFound(`Resource '${resource}'`)
  if (node !== '' && !picture.nodes.some(known => known.name === node)) return notFound(`Node '${node}'`)
  return undefined
}

function notFound(what: string): ToolReply {
  return refusal(EXIT.noSuch, `crm_resource: ${what} not found\nError performing operation: No such object`)
}

function commandOf(
  values: Readonly<Record<string, string>>,
): (request: ResourceCall) => ToolReply | Promise<ToolReply> {
  if (values['move']) return move
  if (values['ban']) return ban
  if (values['clear']) return clear
  if (values['locate']) return locate
  if (values['cleanup']) return cleanup
  if (values['wait']) return waitSettled
  if (values['parameter']) return getParameter
  return values['list-raw'] ? listRaw : list
}

function locate({ picture, resource, values }: ResourceCall): ToolReply {
  const nodes = placesOf(picture, resource)
  if (nodes.length === 0) return refusal(EXIT.ok, `resource ${resource} is NOT running`)
  const quiet = values['quiet'] === 'yes'
  return reply(nodes.map(node => (quiet ? `${node}\n` : `resource ${resource} is running on: ${node}\n`)).join(''))
}

function list({ picture }: ResourceCall): ToolReply {
  const lines = picture.resources.flatMap(top => topLines(top, picture, true, false))
  return reply(['Full List of Resources:', ...lines.map(line => `  ${line}`), ''].join('\n'))
}

function listRaw({ picture }: ResourceCall): ToolReply {
  const ids = picture.resources.flatMap(top => top.members).map(member => member.id)
  return reply(`${ids.join('\n')}\n`)
}
