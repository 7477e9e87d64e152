import type { Leftover } from '../../status.ts'
import { attribute, childOf, childrenOf, descendantsOf, type XmlElement } from '../xml.ts'
import type { Cib } from './cib.ts'

/** One rule about where a resource may run: `#uname eq node1` with a score. */
export interface Location {
  readonly id: string
  readonly resource: string
  readonly node: string
  /** -Infinity where it is forbidden. */
  readonly score: number
}

/** Location constraints that name one node; rules on anything else are not seen. */
export function locationsOf(cib: Cib): readonly Location[] {
  const all = childrenOf(childOf(cib.configuration, 'constraints'), 'rsc_location')
  return all.flatMap(location =>
    childrenOf(location, 'rule').flatMap(rule => {
      const node = namedIn(rule)
      if (node === '') return []
      const score = scoreOf(attribute(rule, 'score'))
      return [{ id: attribute(location, 'id'), resource: attribute(location, 'rsc'), node, score }]
    }),
  )
}

function namedIn(rule: XmlElement): string {
  const named = descendantsOf(rule, 'expression').filter(
    each => attribute(each, 'attribute') === '#uname' && attribute(each, 'operation') === 'eq',
  )
  return named.length === 1 ? attribute(named[0], 'value') : ''
}

function scoreOf(text: string): number {
  if (/^-INFINITY$/i.test(text)) return Number.NEGATIVE_INFINITY
  return /^\+?INFINITY$/i.test(text) ? Number.POSITIVE_INFINITY : Number(text) || 0
}

/**
 * Constraints that `crm_resource -M` made: `cli-prefer-G`, and with `-f` or without a node `cli-standby-G`, which keeps the group away from a node
 * even when it is the last one (ha-stacks.md §9.6). They stay until `crm_resource -U`.
 */
export function leftoversOf(cib: Cib, topLevelOf: (resource: string) => string): readonly Leftover[] {
  const all = childrenOf(childOf(cib.configuration, 'constraints'), 'rsc_location')
  const places = new Map(locationsOf(cib).map(location => [location.id, location.node]))
  return all.flatMap(location => {
    const id = attribute(location, 'id')
    const kind = id.startsWith('cli-prefer-') ? 'prefer' : id.startsWith('cli-standby-') ? 'ban' : undefined
    if (kind === undefined) return []
    const resource = attribute(location, 'rsc')
    return [{ id, kind, group: topLevelOf(resource) || resource, node: places.get(id) ?? '' }]
  })
}
