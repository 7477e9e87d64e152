import { good, type Result } from '../../../problem.ts'
import { type CibDocument, readCibDocument } from '../cib.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, type XmlElement } from '../xml.ts'
import { answerTo } from './answers.ts'

export interface Cib extends CibDocument {
  readonly quorate: boolean
}

/** Reads `cibadmin -Q`. */
export function readCib(answers: Answers, context: ReadingContext): Result<Cib> {
  const answer = answerTo('cib', answers, context)
  if (!answer.ok) return answer
  const document = readCibDocument(answer.value.stdout, context.node)
  if (!document.ok) return document
  return good({ ...document.value, quorate: attribute(document.value.root, 'have-quorum') === '1' })
}

/** Name and value of every nvpair in the sets of that name directly below `element`. */
export function valuesIn(element: XmlElement | undefined, set: string): ReadonlyMap<string, string> {
  const sets = element?.children.filter(child => child.name === set) ?? []
  const pairs = sets.flatMap(each => each.children.filter(child => child.name === 'nvpair'))
  return new Map(pairs.map(pair => [attribute(pair, 'name'), attribute(pair, 'value')]))
}
