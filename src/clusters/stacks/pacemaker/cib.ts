import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, childOf, notUnderstood, readXml, type XmlElement } from '../xml.ts'
import { answerTo } from './answers.ts'

/** The cluster information base of one node. */
export interface Cib {
  readonly configuration: XmlElement
  readonly status: XmlElement
  /** `admin_epoch.epoch`: what a person or a tool configured; `num_updates` moves with every monitor and is left out. */
  readonly version: string
  readonly quorate: boolean
}

/** Reads `cibadmin -Q`. */
export function readCib(answers: Answers, context: ReadingContext): Result<Cib> {
  const answer = answerTo('cib', answers, context)
  if (!answer.ok) return answer
  const what = `the CIB from ${context.node}`
  const document = readXml(answer.value.stdout, ['cib'], what)
  if (!document.ok) return document
  const root = document.value
  const configuration = childOf(root, 'configuration')
  const status = childOf(root, 'status')
  if (!configuration) return bad(notUnderstood(what, '<configuration> is missing'))
  if (!status) return bad(notUnderstood(what, '<status> is missing'))
  const epochs = [attribute(root, 'admin_epoch'), attribute(root, 'epoch')]
  if (!epochs.every(epoch => /^\d+$/.test(epoch)))
    return bad(notUnderstood(what, 'its version (admin_epoch, epoch) is missing'))
  return good({ configuration, status, version: epochs.join('.'), quorate: attribute(root, 'have-quorum') === '1' })
}

/** Name and value of every nvpair in the sets of that name directly below `element`. */
export function valuesIn(element: XmlElement | undefined, set: string): ReadonlyMap<string, string> {
  const sets = element?.children.filter(child => child.name === set) ?? []
  const pairs = sets.flatMap(each => each.children.filter(child => child.name === 'nvpair'))
  return new Map(pairs.map(pair => [attribute(pair, 'name'), attribute(pair, 'value')]))
}
