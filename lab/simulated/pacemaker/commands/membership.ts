import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { ctime } from '../cib.ts'
import { type Live, pictureOf } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import type { Picture } from '../picture/types.ts'
import { readOptions } from './options.ts'
import { openSource } from './source.ts'

const NO_CONTROLLER = 'error: Could not connect to controller: Connection refused'

const CRM_NODE = {
  l: 'list',
  list: 'list',
  q: 'quorum',
  quorum: 'quorum',
  n: 'name',
  name: 'name',
  p: 'partition',
  partition: 'partition',
  i: 'id',
  'cluster-id': 'id',
}

/** `crm_node -l|-q|-n|-p|-i`. */
export function crmNode(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, CRM_NODE)
  if (unknown) return refusal(EXIT.usage, `crm_node: Unknown option ${unknown}`)
  if (!live.up.has(call.node)) return refusal(EXIT.disconnected, NO_CONTROLLER)
  const picture = pictureOf(live)
  if (values['name']) return reply(`${call.node}\n`)
  if (values['quorum']) return reply(picture.quorate ? '1\n' : '0\n')
  const members = picture.nodes.filter(node => node.online)
  if (values['partition']) return reply(`${members.map(node => `${node.name} `).join('')}\n`)
  if (values['id']) return reply(`${picture.nodes.find(node => node.name === call.node)?.id ?? ''}\n`)
  return reply(picture.nodes.map(node => `${node.id} ${node.name} ${node.online ? 'member' : 'lost'}\n`).join(''))
}

const CRMADMIN = {
  D: 'dc',
  dc_lookup: 'dc',
  S: 'status=',
  status: 'status=',
  N: 'nodes',
  nodes: 'nodes',
  t: 'timeout=',
  timeout: 'timeout=',
  q: 'quiet',
  quiet: 'quiet',
}

/** `crmadmin -D`, `-S NODE`, `-N` (ha-stacks.md §8). */
export function crmadmin(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, CRMADMIN)
  if (unknown) return refusal(EXIT.usage, `crmadmin: Unknown option ${unknown}`)
  if (values['nodes']) return listNodes(call, live)
  if (!live.up.has(call.node))
    return refusal(EXIT.disconnected, `${NO_CONTROLLER}\nerror: Command failed: Connection refused`)
  const picture = pictureOf(live)
  if (values['status'] !== undefined) return controllerState(values['status'], picture, live)
  if (picture.dc === '') return reply('No DC found\n')
  return reply(values['quiet'] ? `${picture.dc}\n` : `Designated Controller is: ${picture.dc}\n`)
}

function listNodes(call: ToolCall, live: Live): ToolReply {
  const source = openSource(call, live)
  if (!source) return refusal(EXIT.noInput, 'error: Command failed: Input file not available')
  const { nodes } = readPicture(source.cib, live.clock.now())
  return reply(nodes.map(node => `cluster node: ${node.name} (${node.id})\n`).join(''))
}

/** Only the controller that decides has a state of its own; the others are S_NOT_DC, or S_PENDING while they join. */
function controllerState(name: string, picture: Picture, live: Live): ToolReply {
  const node = picture.nodes.find(candidate => candidate.name === name)
  if (!node?.online) return refusal(EXIT.noSuch, 'error: Command failed: No such device or address')
  const other = node.pending ? 'S_PENDING' : 'S_NOT_DC'
  return reply(`Controller on ${name} in state ${node.dc ? live.controller : other}: ok\n`)
}

/** `corosync-quorumtool -s` of 3.1.7: 0 quorate, 2 not. */
export function quorumtool(call: ToolCall, live: Live): ToolReply {
  if (!live.up.has(call.node)) return refusal(EXIT.error, 'Cannot initialize CMAP service')
  const picture = pictureOf(live)
  const members = picture.nodes.filter(node => node.online)
  const own = picture.nodes.find(node => node.name === call.node)
  const expected = picture.nodes.length
  const quorate = picture.quorate
  const lines = [
    'Quorum information',
    '------------------',
    `Date:             ${ctime(live.clock.now())}`,
    'Quorum provider:  corosync_votequorum',
    `Nodes:            ${members.length}`,
    `Node ID:          ${own?.id ?? ''}`,
    `Ring ID:          ${picture.nodes[0]?.id ?? '1'}.1c`,
    `Quorate:          ${quorate ? 'Yes' : 'No'}`,
    '',
    'Votequorum information',
    '----------------------',
    `Expected votes:   ${expected}`,
    `Highest expected: ${expected}`,
    `Total votes:      ${members.length}`,
    `Quorum:           ${Math.floor(expected / 2) + 1} ${quorate ? ' ' : 'Activity blocked'}`,
    `Flags:            ${quorate ? 'Quorate ' : ''}`,
    '',
    'Membership information',
    '----------------------',
    '    Nodeid      Votes Name',
    ...members.map(
      node => `${node.id.padStart(10)}${'1'.padStart(11)} ${node.name}${node.name === call.node ? ' (local)' : ''}`,
    ),
    '',
  ]
  return reply(lines.join('\n'), quorate ? 0 : 2)
}
