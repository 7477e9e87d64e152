import type { Live } from './live.ts'

/** The node on which every resource of a group really runs; "" where there is none. A group is called after its first resource: `dg1`. */
export function servedBy(live: Live, group: string): string {
  const found = live.groups.find(({ resources: [first = ''] }) => first.split('::').includes(group))
  const daemons = [...live.nodes.values()]
  return daemons.find(({ resources }) => found?.resources.every(one => resources.has(one)))?.name ?? ''
}
