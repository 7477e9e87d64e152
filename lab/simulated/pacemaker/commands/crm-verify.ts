import { resolve } from 'node:path'
import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { childrenNamed, type Element, walk } from '../../xml/element.ts'
import { parseXml } from '../../xml/text.ts'
import { section } from '../cib.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import { readOptions } from './options.ts'
import { openSource, readXmlFile } from './source.ts'

const OPTIONS = {
  L: 'live',
  'live-check': 'live',
  x: 'file=',
  'xml-file': 'file=',
  p: 'pipe',
  'xml-pipe': 'pipe',
  V: 'verbose',
  verbose: 'verbose',
}

/** `crm_verify -L | -x FILE | -p`: 0 valid, 78 not, 1 unreadable, 66 no cluster (ha-stacks.md §9.3). */
export function crmVerify(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_verify: Unknown option ${unknown}`)
  if (values['file'] !== undefined) {
    const cib = readXmlFile(resolve(call.cwd, values['file']))
    return cib ? verdict(cib, live) : refusal(EXIT.error, `crm_verify: Couldn't parse input file: ${values['file']}`)
  }
  if (values['pipe']) {
    const cib = parseXml(call.stdin)
    return cib ? verdict(cib, live) : refusal(EXIT.error, "crm_verify: Couldn't parse input from STDIN.")
  }
  const source = openSource(call, live)
  return source
    ? verdict(source.cib, live)
    : refusal(EXIT.noInput, 'crm_verify: CIB query failed: Input file not available')
}

function verdict(cib: Element, live: Live): ToolReply {
  if (cib.name !== 'cib' || hasDoubleIds(cib) || lacksFencing(cib, live)) {
    return refusal(EXIT.config, 'Errors found during check: config not valid\n  -V may provide more details')
  }
  return reply('')
}

/** An id may be used once in the configuration. */
function hasDoubleIds(cib: Element): boolean {
  const ids = [...walk(section(cib, 'configuration'))].flatMap(entry => entry.attributes['id'] ?? [])
  return new Set(ids).size !== ids.length
}

/** Fencing enabled without a single device keeps everything from starting. */
function lacksFencing(cib: Element, live: Live): boolean {
  const picture = readPicture(cib, live.clock.now())
  const primitives = childrenNamed(section(cib, 'resources'), 'primitive')
  return picture.options.stonithEnabled && !primitives.some(entry => entry.attributes['class'] === 'stonith')
}
