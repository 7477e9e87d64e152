import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { fenceByHand, hasDevice, masterOf, override } from '../engine/fenced.ts'
import { type Live, membersSeenBy, nodeOf, whenever } from '../live.ts'

/** `fence_tool ls [-n]` (ha-stacks.md §7). */
export function fenceTool(call: ToolCall, live: Live): ToolReply {
  const { node, args } = call
  // The words without fenced are [U].
  if (!nodeOf(live, node).cman) return refusal(1, 'fence_tool: cannot connect to fenced')
  const members = membersSeenBy(live, node)
  const victims = live.nodes.filter(each => live.victims.has(each.name))
  return reply(
    [
      'fence domain',
      `member count  ${members.length}`,
      `victim count  ${victims.length}`,
      `victim now    ${victims[0]?.id ?? 0}`,
      `master nodeid ${masterOf(live)?.id ?? 0}`,
      `wait state    ${victims.length > 0 ? 'fencing' : 'none'}`,
      `members       ${members.map(member => member.id).join(' ')} `,
      ...(args.includes('-n') ? ['all nodes', ...live.nodes.map(each => allNodesLine(live, each.name, node))] : []),
      '',
    ].join('\n'),
  )
}

function allNodesLine(live: Live, name: string, asked: string): string {
  const { id, fencedHow } = nodeOf(live, name)
  const member = membersSeenBy(live, asked).some(each => each.name === name) ? 1 : 0
  const master = fencedHow === 'none' ? 0 : (masterOf(live)?.id ?? 0)
  const victim = live.victims.has(name) ? 1 : 0
  return `nodeid ${id} member ${member} victim ${victim} last fence master ${master} how ${fencedHow}`
}

/** `fence_node [-vv] NODE`; what it says goes to stderr (ha-stacks.md §9.8, RHEL 6). */
export async function fenceNode(call: ToolCall, live: Live): Promise<ToolReply> {
  const name = call.args.find(arg => !arg.startsWith('-')) ?? ''
  if (!live.nodes.some(node => node.name === name) || !hasDevice(live, name))
    return refusal(2, `fence ${name} undefined`)
  const works = await fenceByHand(live, name)
  const details = call.args.includes('-vv')
    ? `fence ${name} dev 0.0 agent fence_ipmilan result: ${works ? 'success' : 'error from agent'}\n`
    : ''
  return refusal(works ? 0 : 1, `${details}fence ${name} ${works ? 'success' : 'failed'}`)
}

/** `fence_ack_manual NODE`: believes `absolutely`, then waits, for ever if need be, until fenced listens (ha-stacks.md §9.8) [S]. */
export async function fenceAckManual(call: ToolCall, live: Live): Promise<ToolReply> {
  const name = call.args.find(arg => !arg.startsWith('-')) ?? ''
  const about = `About to override fencing for ${name}.\nImproper use of this command can cause severe file system damage.\n\n`
  if (call.stdin.split('\n')[0] !== 'absolutely') return reply(`${about}Aborted.\n`, 1)
  const listens = () => live.ground.files(call.node).has('/var/run/cluster/fenced_override')
  await whenever(live, listens)
  if (live.victims.has(name)) override(live, name)
  return reply(`${about}Done\n`)
}

/** An agent asked by its standard input, as fenced asks it: `action=status` answers ON with 0 and OFF with 2 (ha-stacks.md §9.8) [D]. */
export function fenceIpmilan(call: ToolCall, live: Live): ToolReply {
  const given = new Map(
    call.stdin.split('\n').map(line => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  )
  const owner = live.layout.nodes.find(node => node.devices.includes(given.get('ipaddr') ?? ''))
  const isDotted = /^\d+\.\d+\.\d+\.\d+$/.test(given.get('ipaddr') ?? '')
  // What the agent says when nobody answers is [U].
  if (!owner || !isDotted || live.faults.mute.has(owner.name))
    return refusal(1, 'Unable to connect/login to fencing device')
  return nodeOf(live, owner.name).power ? reply('Status: ON\n') : reply('Status: OFF\n', 2)
}
