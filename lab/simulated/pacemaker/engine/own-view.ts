import { copyOf } from '../../xml/element.ts'
import { setMembership } from '../status-writer.ts'
import { type Live, recount } from './live.ts'

/**
 * What one node sees: the cluster; or a copy of it where the network is cut, so that the nodes of the other half are lost, or where its own copy of
 * the configuration is another one. What a tool changes in such a copy is forgotten.
 */
export function seenFrom(live: Live, node: string): Live {
  const edit = live.ownCopy.get(node)
  if (!live.up.has(node) || (live.half.size === 0 && !edit)) return live
  const seen: Live = { ...live, cib: copyOf(live.cib), watchers: new Set() }
  edit?.(seen.cib)
  return live.half.size === 0 ? seen : cutOff(seen, node)
}

function cutOff(seen: Live, node: string): Live {
  const isNear = (other: string) => seen.half.has(other) === seen.half.has(node)
  const half: Live = { ...seen, up: new Set([...seen.up].filter(isNear)) }
  for (const other of seen.up) if (!isNear(other)) setMembership(seen.cib, other, 'lost')
  recount(half)
  return half
}
