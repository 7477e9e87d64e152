import { reply } from '../../stack-model.ts'
import { attribute, type Element } from '../../xml/element.ts'
import { topsOf } from '../cib.ts'
import { isInStandby, isManaged } from '../placement.ts'
import { type FailedAction, type Live, placesOf } from '../state.ts'
import { dcSeenFrom, isRunning, seenFrom } from '../view.ts'
import { has, never, type Tool } from './tool.ts'

/** Loops for ever where the CIB cannot be reached; says "Query failed" with exit code 0 (ha-stacks.md §2). */
export const crmMon: Tool = (live, { node, args }) => {
  if (live.faults.query.has(node)) return reply('Query failed: Remote node did not respond\n')
  if (!isRunning(live, node) || live.faults.mon.has(node)) return never()
  return reply(monText(live, node, has(args, '-r')))
}

/** The text of `crm_mon -1 [-r]` as it is seen from one node (ha-stacks.md §6). */
export function monText(live: Live, from: string, inactive: boolean): string {
  const dc = dcSeenFrom(live, from)
  const rule = '============'
  const tops = topsOf(live.cib)
  const nodes = [...live.nodes.values()]
  return [
    '',
    '',
    rule,
    `Last updated: ${ctime(live.clock.now())}`,
    dc === '' ? 'Current DC: NONE' : `Current DC: ${dc} (${live.nodes.get(dc)?.uuid})`,
    `${nodes.length} Nodes configured.`,
    `${tops.length} Resources configured.`,
    rule,
    '',
    ...nodes.map(node => `Node: ${node.name} (${node.uuid}): ${nodeWord(live, from, node.name)}`),
    '',
    ...(inactive ? ['Full list of resources:', ''] : []),
    ...tops.flatMap(top => {
      const lines = top.members.map(member => resourceLine(live, member, top.element.name === 'group' ? '    ' : ''))
      return top.element.name === 'group' ? [`Resource Group: ${top.name}`, ...lines] : lines
    }),
    ...(live.failures.length === 0 ? [] : ['', 'Failed actions:', ...live.failures.map(failedLine)]),
    '',
  ].join('\n')
}

/** A joining node reads `standby`; an unclean one `OFFLINE`. */
function nodeWord(live: Live, from: string, name: string): string {
  const node = live.nodes.get(name)
  const seen = node ? seenFrom(live, from, node) : 'down'
  if (seen === 'down') return 'OFFLINE'
  return seen === 'pending' || isInStandby(live, name) ? 'standby' : 'online'
}

function resourceLine(live: Live, primitive: Element, indent: string): string {
  const name = attribute(primitive, 'id')
  const [kind, provider, type] = ['class', 'provider', 'type'].map(key => attribute(primitive, key))
  const agent = kind === 'stonith' ? `stonith:${type}` : `${provider}::${kind}:${type}`
  const nodes = [...placesOf(live, name)]
  const managed = isManaged(live, primitive) && !live.blocked.has(name)
  const marks = `${managed ? '' : ' (unmanaged)'}${live.failed.has(name) ? ' FAILED' : ''}`
  if (nodes.length > 1) return `${indent}${name}\t(${agent})[${nodes.map(node => `\t${node}`).join('')} ]`
  return `${indent}${name}\t(${agent}):\t${nodes.length === 0 ? 'Stopped ' : `Started ${nodes[0]}`}${marks}`
}

function failedLine({ resource, task, node, call, rc, word }: FailedAction): string {
  return `    ${resource}_${task}_${task === 'monitor' ? 20000 : 0} (node=${node}, call=${call}, rc=${rc}): ${word}`
}

/** `Tue Jun 24 11:01:08 2008`, in UTC. */
export function ctime(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${Number(date).toString().padStart(2)} ${time} ${year}`
}
