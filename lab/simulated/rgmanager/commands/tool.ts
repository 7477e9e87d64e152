import type { ToolCall, ToolReply } from '../../stack-model.ts'
import type { Live } from '../live.ts'

export type Tool = (call: ToolCall, live: Live) => ToolReply | Promise<ToolReply>

/** `Sun Aug  3 11:36:43 2014`, in UTC. */
export function ctime(seconds: number): string {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000).toUTCString().split(' ')
  return `${day.slice(0, 3)} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`
}

/** The word behind an option: `-m serv-0002` or `-mserv-0002`; "" without it. */
export function wordAfter(args: readonly string[], option: string): string {
  const at = args.indexOf(option)
  if (at >= 0) return args[at + 1] ?? ''
  return args.find(arg => arg.startsWith(option) && arg.length > option.length)?.slice(option.length) ?? ''
}
