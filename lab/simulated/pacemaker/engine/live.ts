import type { LabClock } from '../../clock.ts'
import type { Machines } from '../../stack-model.ts'
import { attribute, childrenNamed, type Element } from '../../xml/element.ts'
import { type Change, configurationChanged, section, statusChanged } from '../cib.ts'
import type { FenceEvent } from '../fencing.ts'
import { readPicture } from '../picture/read.ts'
import type { Picture } from '../picture/types.ts'
import { setMembership } from '../status-writer.ts'
import { type Faults, noFaults } from './faults.ts'

export type ControllerState = 'S_IDLE' | 'S_POLICY_ENGINE' | 'S_TRANSITION_ENGINE'

/** The live cluster: its CIB is the truth that every tool reads, beside what only the machines know. */
export interface Live {
  readonly cib: Element
  readonly clock: LabClock
  readonly machines: Machines
  readonly faults: Faults
  readonly fencing: FenceEvent[]
  /** Resources that really run, by node: what a probe would find. */
  readonly running: Map<string, Set<string>>
  /** Nodes with power whose cluster stack is up. */
  readonly up: Set<string>
  /** Nodes without power. */
  readonly dark: Set<string>
  readonly timers: Set<() => void>
  controller: ControllerState
  /** Something changed since the last decision. */
  stale: boolean
  /** While held, nothing is decided or begun. */
  held: boolean
  /** The nodes of one half while the network is cut between them; empty when it is whole. */
  half: ReadonlySet<string>
  /** What a node's own copy of the configuration has differently. */
  readonly ownCopy: Map<string, (cib: Element) => void>
  /** Puts everything back as it was in the beginning; what is under way is forgotten. */
  restore: () => void
  inFlight: number
  /** Bumped when a transition is given up. */
  transition: number
  lastCallId: number
  readonly watchers: Set<() => void>
  /** Set by the controller: takes up what became stale. */
  wake: () => void
}

export function newLive(cib: Element, clock: LabClock, machines: Machines): Live {
  const nodes = childrenNamed(section(cib, 'nodes'), 'node').map(node => attribute(node, 'uname'))
  for (const node of nodes) setMembership(cib, node, 'member')
  return {
    cib,
    clock,
    machines,
    faults: noFaults(),
    fencing: [],
    running: new Map(nodes.map(node => [node, new Set<string>()])),
    up: new Set(nodes),
    dark: new Set(),
    timers: new Set(),
    controller: 'S_IDLE',
    stale: false,
    held: false,
    half: new Set(),
    ownCopy: new Map(),
    restore: () => undefined,
    inFlight: 0,
    transition: 0,
    lastCallId: 0,
    watchers: new Set(),
    wake: () => undefined,
  }
}

export function pictureOf(live: Live): Picture {
  return readPicture(live.cib, live.clock.now())
}

export function isSettled(live: Live): boolean {
  return live.controller === 'S_IDLE' && !live.stale && !live.fencing.some(event => event.status === 'pending')
}

/** Tells everyone who waits for a condition that something is different now. */
export function announce(live: Live): void {
  for (const look of [...live.watchers]) look()
}

/** The cluster must decide again. */
export function poke(live: Live): void {
  live.stale = true
  announce(live)
  live.wake()
}

/** A configuration change made by a person or a tool. */
export function changedBy(live: Live, change: Omit<Change, 'at'>): void {
  configurationChanged(live.cib, { ...change, at: live.clock.now() })
  poke(live)
}

/** Calls `then` after `ms` of the model's time unless the world is closed first. */
export function later(live: Live, ms: number, then: () => void): () => void {
  const cancel = live.clock.after(ms, () => {
    live.timers.delete(cancel)
    then()
  })
  live.timers.add(cancel)
  return () => {
    live.timers.delete(cancel)
    cancel()
  }
}

/** Quorum and the designated controller after a change of membership. */
export function recount(live: Live): void {
  const nodes = pictureOf(live).nodes
  const members = nodes.filter(node => node.online && live.up.has(node.name))
  const dc = members.find(node => node.id === attribute(live.cib, 'dc-uuid')) ?? members.find(node => !node.pending)
  live.cib.attributes['have-quorum'] = members.length > nodes.length / 2 ? '1' : '0'
  live.cib.attributes['dc-uuid'] = dc?.id ?? ''
  statusChanged(live.cib)
}
