import { digestOf } from '../../../canonical.ts'
import { good, type Result } from '../../../problem.ts'
import { type CibDocument, readCibDocument } from '../cib.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, childOf, childrenOf, descendantsOf, type XmlElement } from '../xml.ts'
import { saidTo } from './answers.ts'

export interface Cib extends CibDocument {
  /** Of the configuration alone, computed here: digests of 2.1.3 tools are of one section each (ha-stacks.md §9.3). */
  readonly digest: string
  readonly quorate: boolean
  /** A cluster-wide option, "" where it is not set. */
  readonly option: (name: string) => string
}

/** Reads `cibadmin -Q -l`. */
export function readCib(answers: Answers, context: ReadingContext): Result<Cib> {
  const said = saidTo('cib', answers, context)
  if (!said.ok) return said
  const document = readCibDocument(said.value, context.node)
  if (!document.ok) return document
  const { root, configuration } = document.value
  const options = pairsIn(childOf(configuration, 'crm_config'), 'cluster_property_set')
  return good({
    ...document.value,
    digest: digestOf(plain(configuration)),
    quorate: attribute(root, 'have_quorum') === 'true',
    option: name => options.get(name) ?? '',
  })
}

/** Name and value of every nvpair in the sets of that name directly below `element`: 2.1.3 keeps them in an <attributes> of its own. */
export function pairsIn(element: XmlElement | undefined, set: string): ReadonlyMap<string, string> {
  const pairs = childrenOf(element, set).flatMap(each => descendantsOf(each, 'nvpair'))
  return new Map(pairs.map(pair => [attribute(pair, 'name'), attribute(pair, 'value')]))
}

/** Of meta attributes and, as 2.1.3 also allows, instance attributes. */
export function metaOf(element: XmlElement | undefined, name: string): string {
  return pairsIn(element, 'meta_attributes').get(name) ?? pairsIn(element, 'instance_attributes').get(name) ?? ''
}

/** Every true-word of that time. */
export function isYes(word: string): boolean {
  return /^(?:true|on|yes|y|1)$/i.test(word)
}

function plain({ name, attributes, children }: XmlElement): unknown {
  return [name, Object.fromEntries(attributes), children.map(plain)]
}
