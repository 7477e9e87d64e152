import type { ToolCall, ToolReply } from '../../stack-model.ts'
import type { Live } from '../engine/live.ts'

/** One command line tool of the stack. */
export type Tool = (call: ToolCall, live: Live) => ToolReply | Promise<ToolReply>
