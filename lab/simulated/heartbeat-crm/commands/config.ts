import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { attribute, type Element, walk } from '../../xml/element.ts'
import { parseXml } from '../../xml/text.ts'
import { TEXTS } from '../texts.ts'
import { isRunning } from '../view.ts'
import { cibOf } from './cib-text.ts'
import { has, type Tool, wordAfter } from './tool.ts'
import { unbalanced } from './well-formed.ts'

/** `-x FILE`, which needs no cluster, and `-L`: 0, 1 for warnings and for what cannot be parsed, 2 for errors, 3 without a source (ha-stacks.md §9.3). */
export const crmVerify: Tool = (live, { node, args, cwd }) => {
  if (has(args, '-L')) {
    if (!isRunning(live, node)) return refusal(3, TEXTS.liveQueryFailed)
    return checked(cibOf(live, node))
  }
  const file = wordAfter(args, '-x')
  const parsed = parseXml(textOf(file, cwd) ?? '')
  return parsed?.name === 'cib' ? checked(parsed) : refusal(1, TEXTS.unparsable(file))
}

/** Of all that 2.1.3 checks, what its faults here are about: a constraint on a resource that does not exist. */
function checked(cib: Element): ToolReply {
  const all = [...walk(cib)]
  const ids = new Set(all.filter(each => ['primitive', 'group'].includes(each.name)).map(each => attribute(each, 'id')))
  const lost = all.filter(each => each.name === 'rsc_location' && !ids.has(attribute(each, 'rsc')))
  return lost.length > 0 ? refusal(2, TEXTS.verifyErrors) : reply('')
}

function textOf(file: string, cwd: string): string | undefined {
  try {
    return readFileSync(isAbsolute(file) ? file : join(cwd, file), 'utf8')
  } catch {
    return undefined
  }
}

/** `--noout FILE`: silent, or where the first pair of tags does not match [R]. */
export const xmllint: Tool = (_live, { args, cwd }) => {
  const file = args.at(-1) ?? ''
  const text = textOf(file, cwd)
  if (text === undefined) return refusal(1, `warning: failed to load external entity "${file}"`)
  const wrong = unbalanced(text)
  if (!wrong) return reply('')
  const { line, opened, openedAt, closed } = wrong
  const what = `Opening and ending tag mismatch: ${opened} line ${openedAt} and ${closed}`
  return refusal(1, `${file}:${line}: parser error : ${what}`)
}
