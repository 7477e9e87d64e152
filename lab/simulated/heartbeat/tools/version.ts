import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'

/** `heartbeat -V`. What it prints beside the number is [U]. */
export function version(_call: ToolCall): ToolReply {
  return reply('2.1.3\n')
}
