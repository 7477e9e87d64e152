import { createHash } from 'node:crypto'
import { refusal, reply } from '../../stack-model.ts'
import { child, type Element } from '../../xml/element.ts'
import { compactXml, formatXml, parseXml } from '../../xml/text.ts'
import { isRunning } from '../view.ts'
import { cibOf } from './cib-text.ts'
import { has, type Tool, wordAfter } from './tool.ts'

const SECTIONS = ['nodes', 'resources', 'constraints', 'crm_config', 'status']

/** `-Q [-l] [-o SECTION]`, and `-5 -p`, which needs no cluster. Exit codes are positive here (ha-stacks.md §6). */
export const cibadmin: Tool = (live, { node, args, stdin }) => {
  if (has(args, '-5')) {
    const given = parseXml(stdin)
    if (!given) return refusal(1, 'Please supply XML to process with -X, -x or -p')
    return reply(`${createHash('md5').update(compactXml(given)).digest('hex')}\n`, 0, 'Digest: ')
  }
  if (!has(args, '-Q')) return refusal(1, 'cibadmin: this model knows -Q and -5 only')
  if (!isRunning(live, node)) return refusal(10, 'Signon to CIB failed: connection failed')
  const cib = cibOf(live, has(args, '-l') ? node : live.dc || node)
  const section = wordAfter(args, '-o')
  if (section === '') return reply(formatXml(cib))
  if (!SECTIONS.includes(section))
    return refusal(22, 'Call cib_query failed (-22): The object/attribute does not exist')
  return reply(formatXml(sectionOf(cib, section)))
}

function sectionOf(cib: Element, name: string): Element {
  const found = child(name === 'status' ? cib : child(cib, 'configuration'), name)
  if (!found) throw new Error(`no section ${name}`)
  return found
}
