import { attribute, walk } from '../xml/element.ts'
import { section } from './cib.ts'
import type { Live } from './engine/live.ts'

/** The node on which every primitive of a group runs, whatever the cluster believes; "" where there is none. */
export function servedBy(live: Live, group: string): string {
  const found = [...walk(section(live.cib, 'resources'))].find(element => attribute(element, 'id') === group)
  const parts = found ? [...walk(found)].filter(({ name }) => name === 'primitive') : []
  const ids = parts.map(part => attribute(part, 'id'))
  const [node = ''] = [...live.running].find(([, here]) => ids.length > 0 && ids.every(id => here.has(id))) ?? []
  return node
}
