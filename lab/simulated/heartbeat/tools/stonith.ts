import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { after, daemonOf, type Live, MS } from '../live.ts'
import { boot, losePower } from '../membership.ts'

const RESET_FAILED = 5
const NO_ACCESS = 2
const BAD_CONFIG = 1

/** `stonith -t external/ipmi … -T reset NODE`: without -T it resets; the cluster does not hear of it (ha-stacks.md §9.8). */
export async function stonith(call: ToolCall, live: Live): Promise<ToolReply> {
  const { args } = call
  const node = args.at(-1) ?? ''
  if (valueAfter(args, '-t') !== 'external/ipmi') return reply('', BAD_CONFIG, 'ERROR: Invalid device type\n')
  if (args.includes('-n')) return reply('hostname  ipaddr  userid  passwd  interface\n')
  if (args.includes('-S')) return reply('OK\n')
  if (args.includes('-l')) return reply([...live.nodes.keys()].map(name => `${name}\n`).join(''))
  if (!live.nodes.has(node)) return reply('', 4, `ERROR: unknown host ${node}\n`)
  await new Promise<void>(resolve => after(live, MS.reset, resolve))
  if (live.faults.fencing.has(node)) return reply('', RESET_FAILED, `ERROR: external/ipmi: reset of ${node} failed\n`)
  return act(live, node, valueAfter(args, '-T') || 'reset')
}

function act(live: Live, node: string, action: string): ToolReply {
  if (action === 'on') boot(live, node)
  else if (daemonOf(live, node).powered) losePower(live, node)
  if (action === 'reset') after(live, MS.boot, () => boot(live, node))
  return reply('')
}

/** `ipmitool … power status|reset|off|on`, by the address of the board. */
export async function ipmitool(call: ToolCall, live: Live): Promise<ToolReply> {
  const board = valueAfter(call.args, '-H')
  const node = nodeOfBoard(live, board)
  const action = call.args.at(-1) ?? ''
  if (!node || live.faults.fencing.has(node))
    return reply('', 1, 'Error: Unable to establish IPMI v2 / RMCP+ session\n')
  const { powered } = daemonOf(live, node)
  if (action === 'status') return reply(`Chassis Power is ${powered ? 'on' : 'off'}\n`)
  const done = { reset: 'Reset', off: 'Down/Off', on: 'Up/On', cycle: 'Cycle' }[action]
  if (done === undefined) return reply('', NO_ACCESS, `Invalid chassis power command: ${action}\n`)
  act(live, node, action === 'cycle' ? 'reset' : action)
  return reply(`Chassis Power Control: ${done}\n`)
}

/** `stonith_host HOST external/ipmi NODE ADDRESS …` of ha.cf. */
function nodeOfBoard(live: Live, board: string): string | undefined {
  const [first = ''] = live.nodes.keys()
  const lines = live.files(first).read('/etc/ha.d/ha.cf').split('\n')
  const words = lines
    .map(line => line.split(/\s+/))
    .find(([name, , , , address]) => name === 'stonith_host' && address === board)
  return words?.[3]
}

function valueAfter(args: readonly string[], option: string): string {
  const at = args.indexOf(option)
  return at < 0 ? '' : (args[at + 1] ?? '')
}
