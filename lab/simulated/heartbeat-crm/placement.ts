import { attribute, type Element } from '../xml/element.ts'
import { isYes, locationScore, option, pairIn, section, type Top, topsOf } from './cib.ts'
import { type LabNode, type Live, placesOf } from './state.ts'

const NEVER = -1_000_000

export function isInStandby({ cib }: Live, name: string): boolean {
  const node = section(cib, 'nodes').children.find(each => attribute(each, 'uname') === name)
  return isYes(pairIn(node, 'instance_attributes', 'standby'))
}

/** Members that may run something. */
function candidates(live: Live): readonly LabNode[] {
  return [...live.nodes.values()].filter(
    node => node.seen === 'member' && node.leaving === undefined && !node.mustBeFenced && !isInStandby(live, node.name),
  )
}

/** Where a group belongs now; "" when it may run nowhere. It stays where it is unless something outweighs its stickiness. */
export function targetOf(live: Live, top: Top): string {
  if (isStopped(top.element)) return ''
  const stickiness = Number(option(live.cib, 'default-resource-stickiness') ?? 0)
  const scored = candidates(live)
    .map(({ name }) => {
      const here = top.members.filter(member => placesOf(live, attribute(member, 'id')).has(name)).length
      return { name, score: scoreOn(live, top, name) + here * stickiness, here, load: loadOf(live, name, top.name) }
    })
    .filter(({ score }) => score > NEVER / 2)
  scored.sort((a, b) => b.score - a.score || b.here - a.here || a.load - b.load)
  return scored[0]?.name ?? ''
}

function isStopped(element: Element): boolean {
  const role =
    pairIn(element, 'meta_attributes', 'target_role') ?? pairIn(element, 'instance_attributes', 'target_role')
  return /^stopped$/i.test(role ?? '')
}

/** A start that failed there forbids the node until the count is deleted (ha-stacks.md §9.17). */
function scoreOn(live: Live, top: Top, node: string): number {
  const counts = live.nodes.get(node)?.failCounts
  const names = [top.name, ...top.members.map(member => attribute(member, 'id'))]
  if (names.some(name => counts?.get(name) === 'INFINITY')) return NEVER
  const scores = [...new Set(names)].map(name => locationScore(live.cib, name, node))
  return scores.includes(NEVER) ? NEVER : scores.reduce((sum, score) => sum + score, 0)
}

/** Groups there besides this one; fence devices weigh less than anything. */
function loadOf(live: Live, node: string, except: string): number {
  return topsOf(live.cib)
    .filter(top => top.name !== except)
    .filter(top => top.members.some(member => placesOf(live, attribute(member, 'id')).has(node)))
    .reduce((sum, top) => sum + (top.isFencing ? 0.1 : 1), 0)
}

export function isManaged(live: Live, element: Element): boolean {
  const own = pairIn(element, 'meta_attributes', 'is_managed') ?? pairIn(element, 'instance_attributes', 'is_managed')
  return own === undefined ? option(live.cib, 'is-managed-default') !== 'false' : isYes(own)
}
