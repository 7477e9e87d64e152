import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { isQuorate, type Live, type LiveNode, membersSeenBy, nodeOf } from '../live.ts'

/** cman does not run. The words are [U]. */
const NOT_RUNNING = 'cman_tool: Cannot open connection to cman, is it running ?'

/** `cman_tool status|nodes|version` (ha-stacks.md §7). */
export function cmanTool(call: ToolCall, live: Live): ToolReply {
  if (!nodeOf(live, call.node).cman) return refusal(1, NOT_RUNNING)
  const [command] = call.args
  if (command === 'status') return reply(status(live, call.node))
  if (command === 'nodes') return reply(nodes(live, call.node))
  if (command === 'version') return reply(`6.2.0 config ${live.layout.version}\n`)
  return refusal(1, 'cman_tool: unknown command')
}

function status(live: Live, node: string): string {
  const { layout } = live
  const members = membersSeenBy(live, node).length
  const quorum = layout.twoNode ? 1 : Math.floor(layout.nodes.length / 2) + 1
  return [
    'Version: 6.2.0',
    `Config Version: ${layout.version}`,
    `Cluster Name: ${layout.name}`,
    'Cluster Id: 57396',
    'Cluster Member: Yes',
    `Cluster Generation: ${live.generation}`,
    'Membership state: Cluster-Member',
    `Nodes: ${members}`,
    `Expected votes: ${layout.expectedVotes}`,
    `Total votes: ${members}`,
    'Node votes: 1',
    `Quorum: ${quorum} ${isQuorate(live, node) ? '' : 'Activity blocked'}`,
    'Active subsystems: 9',
    `Flags: ${layout.twoNode ? '2node ' : ''}`,
    `Node name: ${node}`,
    `Node ID: ${nodeOf(live, node).id}`,
    '',
  ].join('\n')
}

function nodes(live: Live, asked: string): string {
  const members = membersSeenBy(live, asked)
  return `${['Node  Sts   Inc   Joined               Name', ...live.nodes.map(node => line(node, members.includes(node)))].join('\n')}\n`
}

function line(node: LiveNode, isMember: boolean): string {
  const joined = new Date(node.joinedAt).toISOString().slice(0, 19).replace('T', ' ')
  const incarnation = String(isMember ? node.incarnation : 0).padStart(6)
  return `${String(node.id).padStart(4)}   ${isMember ? 'M' : 'X'} ${incarnation}   ${(isMember ? joined : '').padEnd(19)}  ${node.name}`
}
