import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { devicesFor } from '../engine/fencer.ts'
import { type Live, pictureOf } from '../engine/live.ts'

/** The agent, asked by its standard input as the fencer asks it: `action=status` answers ON with 0 and OFF with 2 (ha-stacks.md §9.8) [D]. */
export function fenceIpmilan(call: ToolCall, live: Live): ToolReply {
  const given = new Map(
    call.stdin.split('\n').map(line => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  )
  const owner = pictureOf(live).nodes.find(({ name }) => boardsOf(live, name).includes(given.get('ip') ?? ''))
  // What the agent says when nobody answers is [U].
  if (!owner || live.faults.boards.has(owner.name)) return refusal(1, 'Unable to connect/login to fencing device')
  if (given.get('action') !== 'status') return refusal(1, 'fence_ipmilan: this model knows status only')
  return live.dark.has(owner.name) ? reply('Status: OFF\n', 2) : reply('Status: ON\n')
}

/** Addresses of the boards that can cut the power of a node. */
function boardsOf(live: Live, node: string): readonly string[] {
  const devices = devicesFor(live, node)
  const members = pictureOf(live).resources.flatMap(top => top.members)
  return members.filter(({ id }) => devices.includes(id)).map(({ parameters }) => parameters['ip'] ?? '')
}
