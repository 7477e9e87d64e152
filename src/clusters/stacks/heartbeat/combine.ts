import { bad, good, type Problem, type Result } from '../../../problem.ts'
import { byName, entry, listed } from '../../lookup.ts'
import type { ClusterStatus, GroupStatus, NodeStatus } from '../../status.ts'
import { matrixText, type Owned, ownership, type Witness, witnessOf } from './matrix.ts'

/**
 * The readings of all nodes as one. Two nodes that run and call each other dead are split: each may take over what the other still
 * serves, and no reading can be believed (ha-stacks.md §11.6).
 */
export function combine(readings: readonly ClusterStatus[], silent: readonly string[]): Result<ClusterStatus> {
  const witnesses = [...readings].sort((a, b) => b.readAt.localeCompare(a.readAt)).map(witnessOf)
  const [newest] = witnesses
  if (!newest) return bad({ code: 'no-reading', message: 'No node has said anything about the cluster.' })
  const split = splitBrain(newest.reading.cluster, witnesses)
  return split ? bad(split) : good(together(newest.reading, witnesses, silent))
}

function splitBrain(cluster: string, witnesses: readonly Witness[]): Problem | undefined {
  const pairs = witnesses.flatMap(a =>
    witnesses.filter(b => callsDead(a, b) && callsDead(b, a)).map(b => [a, b] as const),
  )
  const [pair] = pairs
  if (!pair) return undefined
  const apart = pair.map(({ node }) => node).sort()
  const groups = [...new Set(pair.flatMap(({ reading }) => Object.keys(reading.groups)))]
  const both = groups.filter(name => pair.every(({ reading }) => entry(reading.groups, name)?.node))
  const owned = both.length > 0 ? `, and both own ${listed(both.sort())}` : ''
  return {
    code: 'split-brain',
    message: `${listed(apart)} run Heartbeat and call each other dead${owned}: split brain in ${cluster}.`,
    excerpt: matrixText(witnesses),
    stillTrue: 'Nothing was changed.',
    next: 'Look now at what is mounted on both, decide which node may keep it, and stop the other one by its power switch; then mend the links.',
  }
}

function callsDead(one: Witness, other: Witness): boolean {
  return one !== other && one.running && other.running && entry(one.reading.nodes, other.node)?.state === 'offline'
}

function together(newest: ClusterStatus, witnesses: readonly Witness[], silent: readonly string[]): ClusterStatus {
  const names = union(witnesses, reading => Object.keys(reading.groups))
  const owned = names.flatMap(name => ownership(name, witnesses, silent) ?? [])
  const groups = owned.map(({ group }) => group)
  const nodes = union(witnesses, reading => Object.keys(reading.nodes)).map(name => nodeOf(name, witnesses, groups))
  const because = [...new Set(reasons(witnesses, owned, nodes, silent))]
  return {
    ...newest,
    readFrom: witnesses.map(({ node }) => node).sort(),
    settled: because.length === 0,
    unsettledBecause: because,
    nodes: byName(nodes),
    groups: byName(groups),
    failures: [...owned.flatMap(({ failures }) => failures), ...witnesses.flatMap(({ reading }) => reading.failures)],
  }
}

/** In the order of the newest reading. */
function union(witnesses: readonly Witness[], of: (reading: ClusterStatus) => readonly string[]): string[] {
  return [...new Set(witnesses.flatMap(({ reading }) => of(reading)))]
}

/** A node's own word counts first: it alone knows whether its Heartbeat runs. Then what the others see, then that nobody knows. */
function nodeOf(name: string, witnesses: readonly Witness[], groups: readonly GroupStatus[]): NodeStatus {
  const own = witnesses.find(({ node }) => node === name)
  const others = witnesses.filter(({ node, running }) => node !== name && running)
  const views = [...(own ? [own] : []), ...others, ...witnesses].flatMap(
    ({ reading }) => entry(reading.nodes, name) ?? [],
  )
  const [said] = views
  if (!said) throw new Error(`no reading names ${name}`)
  const joined = said.online && others.every(({ reading }) => entry(reading.nodes, name)?.state === 'online')
  const held = groups.filter(group => group.nodes.includes(name)).map(group => group.name)
  if (said.online && !joined) return { ...said, groups: held, pending: true, state: 'pending' }
  return { ...said, groups: held }
}

function reasons(
  witnesses: readonly Witness[],
  owned: readonly Owned[],
  nodes: readonly NodeStatus[],
  silent: readonly string[],
): string[] {
  const digests = new Set(witnesses.map(({ reading }) => reading.configuration.digest))
  return [
    ...witnesses.flatMap(({ reading }) => reading.unsettledBecause),
    ...owned.flatMap(({ because }) => because),
    ...silent.map(node => silence(node, nodes, witnesses)),
    ...witnesses.flatMap(one => witnesses.flatMap(other => oneSided(one, other))),
    ...(digests.size > 1
      ? [`${listed(witnesses.map(({ node }) => node).sort())} do not have the same ha.cf and haresources`]
      : []),
  ]
}

/** What a silent node holds rests on the other's word alone. */
function silence(node: string, nodes: readonly NodeStatus[], witnesses: readonly Witness[]): string {
  const others = listed(witnesses.map(witness => witness.node).sort())
  const state = nodes.find(({ name }) => name === node)?.state
  if (state === undefined || state === 'unknown') return `${node} gave no reading, and ${others} knows nothing of it`
  const word = state === 'offline' ? 'calls it dead' : 'sees it alive'
  return `${node} gave no reading: where groups run rests on the word of ${others} alone, which ${word}`
}

/** One sees the other dead and not the other way round, or sees alive what says of itself that it is stopped: it passes, or a link is broken. */
function oneSided(one: Witness, other: Witness): string[] {
  if (one === other || !one.running) return []
  const sees = entry(one.reading.nodes, other.node)
  if (!sees) return [`${one.node} does not know ${other.node}`]
  if (other.running && sees.state === 'offline') return [`${one.node} calls ${other.node} dead, where Heartbeat runs`]
  if (!other.running && sees.online) return [`${one.node} still sees ${other.node} alive, where Heartbeat is stopped`]
  return []
}
