import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import type { Live } from '../live.ts'
import { pipeFor } from '../meatware.ts'
import { meatwareNothing, meatwareWarning, TEXTS } from '../texts.ts'

const CANCELLED = 3
const NOBODY_WAITS = 4

/** `meatclient -c NODE`: exactly `y` and a newline confirms, and only where the plugin waits (ha-stacks.md §9.8) [S,R]. */
export function meatclient({ node, args, stdin }: ToolCall, live: Live): ToolReply {
  const name = args[args.indexOf('-c') + 1] ?? ''
  const confirm = live.files(node).has(pipeFor(name)) ? live.waiting.get(name) : undefined
  if (!confirm) return reply('', NOBODY_WAITS, meatwareNothing(name))
  if (stdin !== 'y\n') return reply(meatwareWarning(name) + TEXTS.meatwareCancelled, CANCELLED)
  confirm()
  return reply(meatwareWarning(name) + TEXTS.meatwareConfirmed)
}
