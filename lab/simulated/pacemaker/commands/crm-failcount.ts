import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import { scoreText } from '../score.ts'
import { readOptions } from './options.ts'
import { openSource } from './source.ts'

const OPTIONS = {
  G: 'query',
  query: 'query',
  r: 'resource=',
  resource: 'resource=',
  N: 'node=',
  U: 'node=',
  node: 'node=',
  q: 'quiet',
  Q: 'quiet',
  quiet: 'quiet',
}

/** `crm_failcount --query -r R [-N node]`. */
export function crmFailcount(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_failcount: Unknown option ${unknown}`)
  const source = openSource(call, live)
  const resource = values['resource'] ?? ''
  if (!source) return refusal(EXIT.ok, 'error: could not query CIB for fail counts', `${line(resource, '')}`)
  const { nodes } = readPicture(source.cib, live.clock.now())
  const node = nodes.find(candidate => candidate.name === (values['node'] ?? call.node))
  const count = scoreText(node?.failCounts[resource] ?? 0)
  return reply(values['quiet'] ? `${count}\n` : line(resource, count))
}

function line(resource: string, count: string): string {
  return `scope=status  name=fail-count-${resource} value=${count}\n`
}
