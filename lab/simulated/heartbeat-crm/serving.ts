import { attribute } from '../xml/element.ts'
import { topsOf } from './cib.ts'
import { type Live, placesOf } from './state.ts'

/** The node on which every part of a group runs without a failure; "" where there is none. */
export function servedBy(live: Live, group: string): string {
  const names = topsOf(live.cib)
    .filter(top => top.name === group)
    .flatMap(top => top.members.map(member => attribute(member, 'id')))
  if (names.length === 0 || names.some(name => live.failed.has(name))) return ''
  return [...live.nodes.keys()].find(node => names.every(name => placesOf(live, name).has(node))) ?? ''
}
