import type { ToolCall, ToolReply } from '../../stack-model.ts'
import type { Live } from '../state.ts'

/** One tool of 2.1.3 on the model. */
export type Tool = (live: Live, call: ToolCall) => ToolReply | Promise<ToolReply>

/** The word behind an option, as getopt reads `-r server2` and `-rserver2`; "" when it is not there. */
export function wordAfter(args: readonly string[], option: string): string {
  const index = args.indexOf(option)
  if (index !== -1) return args[index + 1] ?? ''
  return (
    args
      .find(arg => arg.startsWith(option) && arg.length > option.length && !arg.startsWith('--'))
      ?.slice(option.length) ?? ''
  )
}

export function has(args: readonly string[], option: string): boolean {
  return args.includes(option)
}

/** A call that never comes back: whoever made it must end it. */
export function never(): Promise<ToolReply> {
  return new Promise(() => undefined)
}
