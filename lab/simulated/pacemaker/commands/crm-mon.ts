import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import { monText } from '../show/mon-text.ts'
import { monXml } from '../show/mon-xml.ts'
import { failedResult } from '../show/result.ts'
import { readOptions } from './options.ts'
import { openSource } from './source.ts'

const OPTIONS = {
  '1': 'once',
  'one-shot': 'once',
  r: 'inactive',
  inactive: 'inactive',
  'output-as': 'format=',
  'as-xml': 'as-xml',
  X: 'as-xml',
  include: 'include=',
  I: 'include=',
  exclude: 'exclude=',
  U: 'exclude=',
  j: 'pending',
  pending: 'pending',
  V: 'verbose',
  n: 'by-node',
  Q: 'quiet',
  f: 'failcounts',
  failcounts: 'failcounts',
  version: 'version',
  $: 'version',
}
/** [R] with Debian 12's packages. */
const VERSION = 'Pacemaker 2.1.5\nWritten by Andrew Beekhof and the Pacemaker project contributors\n'
const REFUSED = [
  'error: Could not connect to launcher: Connection refused',
  'crm_mon: Connection to cluster failed: Connection refused',
]

/** `crm_mon -1 [-r] [-f] [--output-as=xml]`; only one-shot output is modelled, and `--include` and `--exclude` change nothing. */
export function crmMon(call: ToolCall, live: Live): ToolReply {
  const options = readOptions(call.args, OPTIONS)
  if (options.unknown) return refusal(EXIT.usage, `crm_mon: Unknown option ${options.unknown}`)
  if (options.values['version']) return reply(VERSION)
  const xml = options.values['format'] === 'xml'
  const request = ['crm_mon', ...call.args].join(' ')
  const source = openSource(call, live)
  if (!source) {
    if (!xml) return refusal(EXIT.disconnected, REFUSED.join('\n'))
    return reply(failedResult(request, EXIT.disconnected, 'Not connected', REFUSED), EXIT.disconnected)
  }
  const now = live.clock.now()
  const picture = readPicture(source.cib, now)
  const fencing = source.live ? live.fencing : undefined
  if (xml) return reply(monXml(picture, request, { inactive: true, fencing, now }))
  const asked = { inactive: options.values['inactive'] === 'yes', failCounts: options.values['failcounts'] === 'yes' }
  return reply(monText(picture, { ...asked, fencing, now }))
}
