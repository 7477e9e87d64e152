import type { LabNode, Live } from './state.ts'

/** Whom a node hears: all, or its half of a partition. */
function hears(live: Live, from: string, of: string): boolean {
  return live.half.size === 0 || live.half.has(from) === live.half.has(of)
}

export function isRunning(live: Live, name: string): boolean {
  const node = live.nodes.get(name)
  return node?.powered === true && (node.heartbeat === 'running' || node.heartbeat === 'stopping')
}

/** What one node believes about another. */
export function seenFrom(live: Live, from: string, { name, seen }: LabNode): LabNode['seen'] {
  return hears(live, from, name) ? seen : 'down'
}

export function membersSeenFrom(live: Live, from: string): readonly LabNode[] {
  return [...live.nodes.values()].filter(node => seenFrom(live, from, node) === 'member')
}

/** Each half of a partition elects its own. */
export function dcSeenFrom(live: Live, from: string): string {
  if (live.half.size === 0 || hears(live, from, live.dc)) return live.dc
  return membersSeenFrom(live, from)[0]?.name ?? ''
}

/** More than half of all nodes; of two nodes one is enough (ha-stacks.md §1, `majority:twonodes`). */
export function isQuorate(live: Live, from: string): boolean {
  const total = live.nodes.size
  const here = [...live.nodes.values()].filter(node => seenFrom(live, from, node) !== 'down').length
  return total === 2 ? here > 0 : here * 2 > total
}

/** The state that `crmadmin -S` shows of a node. */
export function controllerOf(live: Live, name: string): string {
  const node = live.nodes.get(name)
  if (node?.seen === 'pending') return 'S_PENDING'
  if (dcSeenFrom(live, name) !== name) return live.dc === '' ? 'S_ELECTION' : 'S_NOT_DC'
  return live.half.size === 0 ? live.controller : 'S_IDLE'
}
