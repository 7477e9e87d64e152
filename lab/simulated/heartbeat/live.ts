import type { LabClock } from '../clock.ts'
import type { NodeFiles } from '../files.ts'
import type { Machines } from '../stack-model.ts'
import { type Faults, noFaults } from './faults.ts'

/** How `hb_standby` and `hb_takeover` name what they move, seen from the node they run on. */
export const WORDS = ['all', 'local', 'foreign', 'failback'] as const
export type Word = (typeof WORDS)[number]
export type Part = 'local' | 'foreign'

/** Heartbeat on one node. */
export interface Daemon {
  readonly name: string
  running: boolean
  powered: boolean
  readonly holds: Set<Part>
  /** rscstatus says `transition`. */
  busy: boolean
  /** What it sees of the other node. */
  sees: 'init' | 'up' | 'active' | 'dead'
  /** Links to the other node that it hears nothing over. */
  readonly deadLinks: Set<string>
  /** Resources that really run here, as they are written in haresources. */
  readonly resources: Set<string>
  readonly log: string[]
  /** ha.cf as it was when Heartbeat started: it goes by that until it starts again. */
  haCf: string
}

export interface Group {
  readonly prefers: string
  readonly resources: readonly string[]
}

/** A two-node cluster while it lives (ha-stacks.md §5, §9.17). */
export interface Live {
  readonly clock: LabClock
  readonly machines: Machines
  readonly files: (node: string) => NodeFiles
  readonly nodes: ReadonlyMap<string, Daemon>
  readonly groups: readonly Group[]
  readonly links: readonly string[]
  readonly faults: Faults
  readonly timers: Set<() => void>
  readonly watchers: Set<() => void>
  /** Lost nodes that the meatware plugin waits for, with what is done once a person has said that they are off. */
  readonly waiting: Map<string, () => void>
  /** Who asked for the hand-over under way; "" when there is none. */
  standby: string
  /** A resource would not stop; set by the model (`membership.ts`). */
  stopFailed: (daemon: Daemon) => void
}

/** Durations in ms of the model's time: defaults of Heartbeat where it has one (ha-stacks.md §5, §9.14). */
export const MS = {
  answer: 500,
  start: 2_000,
  stop: 1_000,
  deadtime: 30_000,
  join: 3_000,
  initdead: 60_000,
  leave: 1_500,
  reset: 5_000,
  // Longer than deadtime: a node that is back before that was never missed.
  boot: 90_000,
  stopRetries: 10_000,
  standbyAfterFailure: 30_000,
  noReply: 10_000,
} as const

export interface Making {
  readonly nodes: readonly [string, string]
  readonly groups: readonly Group[]
  readonly links: readonly string[]
}

/** Both nodes up, every group on the node it prefers. */
export function newLive({ nodes, groups, links }: Making, ground: Pick<Live, 'clock' | 'machines' | 'files'>): Live {
  const live: Live = {
    ...{ ...ground, groups, links, faults: noFaults(), timers: new Set(), watchers: new Set(), standby: '' },
    waiting: new Map(),
    stopFailed: () => undefined,
    nodes: new Map(nodes.map(name => [name, newDaemon(name)])),
  }
  for (const { prefers, resources } of groups) for (const one of resources) daemonOf(live, prefers).resources.add(one)
  return live
}

function newDaemon(name: string): Daemon {
  const empty = { deadLinks: new Set<string>(), resources: new Set<string>(), log: [], haCf: '' }
  return { name, running: true, powered: true, holds: new Set<Part>(['local']), busy: false, sees: 'active', ...empty }
}

export function daemonOf(live: Live, name: string): Daemon {
  const found = live.nodes.get(name)
  if (!found) throw new Error(`no node ${name} in this world`)
  return found
}

export function peerOf(live: Live, daemon: Daemon): Daemon {
  const [peer] = [...live.nodes.values()].filter(other => other !== daemon)
  if (!peer) throw new Error('a cluster of haresources has two nodes')
  return peer
}

/** The groups of one part, as a node names its parts. */
export function groupsOf(live: Live, daemon: Daemon, part: Part): readonly Group[] {
  return live.groups.filter(group => (group.prefers === daemon.name) === (part === 'local'))
}

/** The same groups as the other node names them. */
export function otherSide(part: Part): Part {
  return part === 'local' ? 'foreign' : 'local'
}

/** What a word means (ha-stacks.md §5: failback is foreign). */
export function partsOf(word: Word): readonly Part[] {
  if (word === 'all') return ['local', 'foreign']
  return [word === 'local' ? 'local' : 'foreign']
}

export function rscstatus(daemon: Daemon): string {
  if (daemon.busy) return 'transition'
  if (daemon.holds.size === 2) return 'all'
  return [...daemon.holds][0] ?? 'none'
}

export function log(live: Live, daemon: Daemon, line: string): void {
  daemon.log.push(line)
  const files = live.files(daemon.name)
  const at = new Date(live.clock.now()).toISOString().slice(0, 19).replace('T', '_').replaceAll('-', '/')
  files.write('/var/log/ha-log', `${files.read('/var/log/ha-log')}heartbeat[2345]: ${at} ${line}\n`)
}

export function announce(live: Live): void {
  for (const look of live.watchers) look()
}

/** Does it after so many ms of the model's time, unless the world is closed before. */
export function after(live: Live, ms: number, then: () => void): void {
  const cancel = live.clock.after(ms, () => {
    live.timers.delete(cancel)
    then()
    announce(live)
  })
  live.timers.add(cancel)
}
