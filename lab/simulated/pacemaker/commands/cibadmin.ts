import { resolve } from 'node:path'
import { refusal, reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { attribute, type Element, walk } from '../../xml/element.ts'
import { formatXml, parseXml } from '../../xml/text.ts'
import { digest, section } from '../cib.ts'
import type { Live } from '../engine/live.ts'
import { EXIT } from '../exit-codes.ts'
import { readOptions } from './options.ts'
import { openSource, readXmlFile } from './source.ts'

const OPTIONS = {
  Q: 'query',
  query: 'query',
  l: 'local',
  local: 'local',
  o: 'scope=',
  scope: 'scope=',
  '5': 'digest',
  'md5-sum': 'digest',
  p: 'pipe',
  'xml-pipe': 'pipe',
  x: 'file=',
  'xml-file': 'file=',
  X: 'text=',
  'xml-text': 'text=',
  A: 'xpath=',
  xpath: 'xpath=',
  R: 'replace',
  replace: 'replace',
}
const SCOPES = [
  'configuration',
  'status',
  'nodes',
  'resources',
  'constraints',
  'crm_config',
  'rsc_defaults',
  'op_defaults',
]
const DISCONNECTED =
  'Could not connect to the CIB: Transport endpoint is not connected\nInit failed, could not perform requested operations'

/** `cibadmin -Q [-l] [-o SCOPE | --xpath PATH]` and `cibadmin --md5-sum`; changes are not modelled. */
export function cibadmin(call: ToolCall, live: Live): ToolReply {
  const { values, unknown } = readOptions(call.args, OPTIONS)
  if (unknown) return refusal(EXIT.usage, `cibadmin: Unknown option ${unknown}`)
  if (values['digest']) return digestOf(call, values)
  if (!values['query']) return refusal(EXIT.usage, 'error: Must specify a command option')
  const source = openSource(call, live)
  if (!source) return refusal(EXIT.disconnected, DISCONNECTED)
  if (values['xpath'] !== undefined) return byPath(source.cib, values['xpath'])
  const scope = values['scope'] ?? ''
  // The real tool answers an unknown scope with the whole CIB.
  return reply(formatXml(SCOPES.includes(scope) ? section(source.cib, scope) : source.cib))
}

function digestOf(call: ToolCall, values: Readonly<Record<string, string>>): ToolReply {
  const xml = inputOf(call, values)
  if (xml === undefined) return refusal(EXIT.usage, 'Please supply XML to process with -X, -x or -p')
  // The word goes to stderr, the digest to stdout: ha-stacks.md §9.3.
  return { exitCode: EXIT.ok, stdout: `${digest(xml)}\n`, stderr: 'Digest: ' }
}

function inputOf(call: ToolCall, values: Readonly<Record<string, string>>): Element | undefined {
  if (values['pipe']) return parseXml(call.stdin)
  if (values['text'] !== undefined) return parseXml(values['text'])
  return values['file'] === undefined ? undefined : readXmlFile(resolve(call.cwd, values['file']))
}

/** Paths of the form `//name` and `//name[@attribute="value"]`. */
function byPath(cib: Element, path: string): ToolReply {
  const [, name, key, value] = /^\/\/([\w-]+)(?:\[@([\w-]+)=["']([^"']*)["']\])?$/.exec(path) ?? []
  const found = [...walk(cib)].filter(entry => entry.name === name && (!key || attribute(entry, key) === value))
  const [first] = found
  if (!first) return refusal(EXIT.noSuch, 'Call failed: No such device or address')
  if (found.length === 1) return reply(formatXml(first))
  const inner = found.map(entry => formatXml(entry, '  ')).join('')
  return reply(`<xpath-query>\n${inner}</xpath-query>\n`)
}
