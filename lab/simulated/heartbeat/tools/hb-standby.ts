import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { standby, takeover } from '../hand-over.ts'
import { daemonOf, type Live, WORDS } from '../live.ts'
import { usage } from '../texts.ts'

/** `hb_standby` and `hb_takeover`: exit 0 as soon as the message is written, whatever becomes of it (ha-stacks.md §2). */
export function handOver(call: ToolCall, live: Live): ToolReply | Promise<ToolReply> {
  const name = call.tool.slice(call.tool.lastIndexOf('/') + 1)
  const [given = 'all'] = call.args
  const word = WORDS.find(known => known === given)
  if (!word) return reply('', 1, usage(name))
  // Nobody reads the pipe: the script waits there for ever.
  if (!daemonOf(live, call.node).running) return new Promise<ToolReply>(() => undefined)
  if (name === 'hb_takeover') takeover(live, call.node, word)
  else standby(live, call.node, word)
  return reply('')
}
