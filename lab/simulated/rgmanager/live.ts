import type { LabClock } from '../clock.ts'
import type { Ground } from '../scene.ts'
import { type Layout, type LayoutService, readLayout } from './layout.ts'

/** States of a service by number, as clustat -x prints them (ha-stacks.md §7). */
export const STATE = {
  stopped: 110,
  starting: 111,
  started: 112,
  stopping: 113,
  failed: 114,
  recoverable: 117,
  recovering: 118,
  disabled: 119,
  migrating: 120,
} as const
export type State = (typeof STATE)[keyof typeof STATE]

export interface LiveService {
  readonly layout: LayoutService
  state: State
  /** "" stands for none. */
  owner: string
  lastOwner: string
  frozen: boolean
  partial: boolean
  /** Seconds since 1970. */
  transition: number
}

export interface LiveNode {
  readonly name: string
  readonly id: number
  power: boolean
  cman: boolean
  clvmd: boolean
  rgmanager: boolean
  /** Incarnation that cman gave it when it joined. */
  incarnation: number
  joinedAt: number
  /** How it was fenced last (ha-stacks.md §7). */
  fencedHow: 'none' | 'agent' | 'external' | 'override' | 'member'
}

export interface Faults {
  /** `service:serv@serv-0002`: the start of a service fails there. */
  readonly starts: Set<string>
  /** Services whose stop fails, or never ends. */
  readonly stops: Map<string, 'fails' | 'hangs'>
  /** Nodes that no fence device can cut. */
  readonly fencing: Set<string>
  /** Nodes whose fence devices answer nobody. */
  readonly mute: Set<string>
  /** Nodes that stay off, whatever a fence device does. */
  readonly broken: Set<string>
  /** Nodes whose cluster daemons do not come up when they boot. */
  readonly strays: Set<string>
  /** Where `clusvcadm -r` brings a service instead of where it was told. */
  readonly astray: Map<string, string>
  /** Nodes on which rgmanager answers nobody. */
  readonly deaf: Set<string>
  /** The network between the nodes is cut. */
  split: boolean
  inquorate: boolean
}

export interface Live {
  readonly layout: Layout
  readonly clock: LabClock
  readonly ground: Ground
  readonly nodes: readonly LiveNode[]
  readonly services: readonly LiveService[]
  readonly faults: Faults
  /** Names of nodes that are to be fenced. */
  readonly victims: Set<string>
  /** A fence action runs for one of them. */
  fencing: boolean
  /** Nodes whose logical volume is active. */
  readonly active: Map<string, Set<string>>
  readonly mounted: Map<string, Set<LayoutService>>
  readonly timers: Set<() => void>
  readonly watchers: Set<() => void>
  generation: number
  /** Set by the model: what is done about a member that was lost without a word. */
  lost: (name: string) => void
}

export function newLive(conf: string, ground: Ground): Live {
  const layout = readLayout(conf)
  const at = Math.floor(ground.clock.now() / 1000)
  const perNode = <T>(make: () => T) => new Map(layout.nodes.map(node => [node.name, make()]))
  return {
    layout,
    clock: ground.clock,
    ground,
    nodes: layout.nodes.map(({ id, name }, index) => ({
      ...{ id, name, power: true, cman: true, clvmd: true, rgmanager: true, fencedHow: 'none' as const },
      ...{ incarnation: 124 + index * 4, joinedAt: ground.clock.now() },
    })),
    services: layout.services.map(service => ({
      ...{ layout: service, state: STATE.stopped, owner: '', lastOwner: '', frozen: false, partial: false },
      transition: at,
    })),
    faults: {
      ...{
        starts: new Set(),
        stops: new Map(),
        fencing: new Set(),
        mute: new Set(),
        broken: new Set(),
        strays: new Set(),
      },
      ...{ astray: new Map(), deaf: new Set(), split: false, inquorate: false },
    },
    victims: new Set(),
    fencing: false,
    active: perNode(() => new Set<string>()),
    mounted: perNode(() => new Set<LayoutService>()),
    timers: new Set(),
    watchers: new Set(),
    generation: 128,
    lost: () => undefined,
  }
}

export function nodeOf(live: Live, name: string): LiveNode {
  const found = live.nodes.find(node => node.name === name)
  if (!found) throw new Error(`no node ${name} in this world`)
  return found
}

export function serviceOf(live: Live, fullName: string): LiveService | undefined {
  return live.services.find(service => service.layout.fullName === fullName)
}

/** Members as one node sees them: with the network cut it sees itself alone. */
export function membersSeenBy(live: Live, name: string): readonly LiveNode[] {
  return live.nodes.filter(node => node.cman && (!live.faults.split || node.name === name))
}

export function isQuorate(live: Live, name: string): boolean {
  if (live.faults.inquorate) return false
  const votes = membersSeenBy(live, name).length
  return votes >= (live.layout.twoNode ? 1 : Math.floor(live.layout.nodes.length / 2) + 1)
}

/** Nodes that can run services. */
export function runners(live: Live): readonly LiveNode[] {
  return live.nodes.filter(node => node.cman && node.rgmanager)
}

export function announce(live: Live): void {
  for (const look of [...live.watchers]) look()
}

export function move(live: Live, service: LiveService, state: State, owner: string): void {
  if (owner === '' && service.owner !== '') service.lastOwner = service.owner
  service.state = state
  service.owner = owner
  service.transition = Math.floor(live.clock.now() / 1000)
  announce(live)
}

/** Calls `then` after `ms` of the model's time unless the world is closed first. */
export function later(live: Live, ms: number, then: () => void): void {
  const cancel = live.clock.after(ms, () => {
    live.timers.delete(cancel)
    then()
  })
  live.timers.add(cancel)
}

/** Never comes back when the world is closed meanwhile. */
export function passed(live: Live, ms: number): Promise<void> {
  return new Promise(resolve => later(live, ms, resolve))
}

/** Resolves as soon as it holds; whoever hangs on it hangs until then. */
export function whenever(live: Live, holds: () => boolean): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (!holds()) return
      live.watchers.delete(look)
      resolve()
    }
    live.watchers.add(look)
    look()
  })
}
