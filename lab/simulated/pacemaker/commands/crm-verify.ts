import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { type Element, walk } from '../../xml/element.ts'
import { parseXml } from '../../xml/text.ts'
import { section } from '../cib.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readPicture } from '../picture/read.ts'
import type { Picture } from '../picture/types.ts'
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

const INCOMPLETE = 'crm_verify: This tool can only check complete configurations (i.e. those starting with <cib>).'

/** `crm_verify -L | -x FILE | -p`: 0 valid, 78 not, 1 unreadable, 66 no cluster (ha-stacks.md §9.3). */
export function crmVerify(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `crm_verify: Unknown option ${unknown}`)
  if (values['file'] !== undefined) {
    const file = resolve(call.cwd, values['file'])
    if (!existsSync(file)) return refusal(EXIT.error, `crm_verify: Couldn't parse input file: ${values['file']}`)
    return verdict(readXmlFile(file), live)
  }
  if (values['pipe']) return verdict(parseXml(call.stdin), live)
  const source = openSource(call, live)
  return source
    ? verdict(source.cib, live)
    : refusal(EXIT.noInput, 'crm_verify: CIB query failed: Input file not available')
}

function verdict(cib: Element | undefined, live: Live): ToolReply {
  if (cib?.name !== 'cib') return refusal(EXIT.protocol, INCOMPLETE)
  if (hasDoubleIds(cib)) return findings('Errors', 'config not valid')
  const picture = readPicture(cib, live.clock.now())
  if (lacksFencing(picture)) return findings('Errors', 'config not valid')
  // A node that is to be fenced is worth a warning to the real tool.
  if (picture.options.stonithEnabled && picture.nodes.some(node => node.unclean))
    return findings('Warnings', 'config may not be valid')
  return reply('')
}

function findings(word: string, meaning: string): ToolReply {
  return refusal(EXIT.config, `crm_verify: ${word} found during check: ${meaning}\n-V may provide more details`)
}

/** An id may be used once in the configuration. */
function hasDoubleIds(cib: Element): boolean {
  const ids = [...walk(section(cib, 'configuration'))].flatMap(entry => entry.attributes['id'] ?? [])
  return new Set(ids).size !== ids.length
}

/** Fencing enabled without a single device keeps everything from starting. */
function lacksFencing(picture: Picture): boolean {
  const members = picture.resources.flatMap(top => top.members)
  return (
    picture.options.stonithEnabled && members.length > 0 && !members.some(member => member.agent.startsWith('stonith:'))
  )
}
