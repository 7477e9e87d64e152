import type { Leftover } from '../../status.ts'
import { attribute, childOf, childrenOf, descendantsOf, type XmlElement } from '../xml.ts'
import type { Cib } from './cib.ts'

/**
 * Constraints that `crm_resource --move` and `--ban` made (pcs and crmsh use the same ids): they outlive the operation they were
 * made for (ha-stacks.md §11). One whose lifetime is over counts too: it has no effect, but it is still there to be removed.
 */
export function leftoversOfCib(cib: Cib, topLevelOf: (resource: string) => string): readonly Leftover[] {
  const locations = childrenOf(childOf(cib.configuration, 'constraints'), 'rsc_location')
  return locations.flatMap(location => {
    const kind = kindOf(attribute(location, 'id'))
    if (kind === undefined) return []
    const resource = attribute(location, 'rsc')
    return [{ id: attribute(location, 'id'), kind, group: topLevelOf(resource) || resource, node: nodeOf(location) }]
  })
}

function kindOf(id: string): Leftover['kind'] | undefined {
  if (id.startsWith('cli-prefer-')) return 'prefer'
  return id.startsWith('cli-ban-') || id.startsWith('cli-standby-') ? 'ban' : undefined
}

/** Written plainly, or as a rule on `#uname` when it has a lifetime. */
function nodeOf(location: XmlElement): string {
  const named = descendantsOf(location, 'expression').find(each => attribute(each, 'attribute') === '#uname')
  return attribute(location, 'node') || attribute(named, 'value')
}
