import { digestOf } from '../../../canonical.ts'
import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, childOf, childrenOf, descendantsOf, notUnderstood, readXml, type XmlElement } from '../xml.ts'
import { saidTo } from './answers.ts'

/** The cluster information base as one node keeps it. */
export interface Cib {
  readonly configuration: XmlElement
  readonly status: XmlElement
  /** `admin_epoch.epoch`; `num_updates` moves with every monitor and is left out. */
  readonly version: string
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
  const what = `the CIB from ${context.node}`
  const document = readXml(said.value, ['cib'], what)
  if (!document.ok) return document
  const root = document.value
  const configuration = childOf(root, 'configuration')
  const status = childOf(root, 'status')
  if (!configuration) return bad(notUnderstood(what, '<configuration> is missing'))
  if (!status) return bad(notUnderstood(what, '<status> is missing'))
  const epochs = [attribute(root, 'admin_epoch'), attribute(root, 'epoch')]
  if (!epochs.every(epoch => /^\d+$/.test(epoch)))
    return bad(notUnderstood(what, 'its version (admin_epoch, epoch) is missing'))
  const options = pairsIn(childOf(configuration, 'crm_config'), 'cluster_property_set')
  return good({
    configuration,
    status,
    version: epochs.join('.'),
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
