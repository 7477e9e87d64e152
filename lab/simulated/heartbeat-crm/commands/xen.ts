import { reply } from '../../stack-model.ts'
import { attribute } from '../../xml/element.ts'
import { topsOf } from '../cib.ts'
import { type Domain, type Live, placesOf } from '../state.ts'
import type { Tool } from './tool.ts'

/** `xm list` as Xen 3.0 prints it; the columns vary by version (ha-stacks.md §9.13). */
export const xm: Tool = (live, { node }) => {
  const all = [...domainsOf(live, node), ...(live.domains.get(node) ?? [])]
  const header = 'Name                              ID Mem(MiB) VCPUs State  Time(s)\n'
  const rows = all.map(({ name, id, state }) => row(name, id, 512, state, 731.4))
  return reply(header + row('Domain-0', 0, 1024, 'r-----', 4711.2) + rows.join(''))
}

function domainsOf(live: Live, node: string): readonly Domain[] {
  const started = topsOf(live.cib)
    .flatMap(top => top.members)
    .filter(each => attribute(each, 'type') === 'Xen' && placesOf(live, attribute(each, 'id')).has(node))
  return started.map((each, index) => ({ name: attribute(each, 'id'), id: index + 1, state: '-b----' }))
}

function row(name: string, id: number, memory: number, state: string, time: number): string {
  return `${name.padEnd(32)} ${String(id).padStart(3)} ${String(memory).padStart(8)} ${'1'.padStart(5)} ${state} ${time.toFixed(1).padStart(7)}\n`
}
