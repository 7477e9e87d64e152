import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { parseXml } from '../../xml/text.ts'
import type { Live } from '../live.ts'

/** `ccs_config_validate`: well-formed and a cluster is all that is looked at; the real one holds it against its schema (ha-stacks.md §7). */
export function ccsConfigValidate(call: ToolCall, live: Live): ToolReply {
  const text = live.ground.files(call.node).read('/etc/cluster/cluster.conf')
  if (text === '') return refusal(255, 'Unable to get the configuration')
  if (parseXml(text)?.name === 'cluster') return reply('Configuration validates\n')
  return refusal(1, 'tempfile:1: parser error : not well-formed\nConfiguration fails to validate')
}
