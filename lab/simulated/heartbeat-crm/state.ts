import type { LabClock } from '../clock.ts'
import type { NodeFiles } from '../files.ts'
import type { Machines } from '../stack-model.ts'
import type { Element } from '../xml/element.ts'

/** One node, as it is and as the others see it. */
export interface LabNode {
  readonly name: string
  readonly uuid: string
  readonly bmc: string
  /** It is up and can be reached. */
  powered: boolean
  /** What its management board says: a node that is booting has power already. */
  outlet: 'on' | 'off'
  /** Its power supply is dead: no fence device brings it back. */
  broken: boolean
  heartbeat: 'stopped' | 'starting' | 'running' | 'stopping'
  /** What the membership layer and the DC believe. A node that is lost stays `member` until deadtime is over. */
  seen: 'down' | 'pending' | 'member'
  /** `member` of a node that left without saying so: it must be fenced. */
  expected: 'down' | 'member'
  /** A stop failed there: it is to be fenced although it answers. */
  mustBeFenced: boolean
  /** Called when everything it runs has been stopped. */
  leaving: (() => void) | undefined
  readonly failCounts: Map<string, string>
  /** Whoever touched the file last: its owner, for the tools that show it. */
  readonly owners: Map<string, string>
}

/** A Xen domain that runs on a host besides what the cluster started, or is being migrated. */
export interface Domain {
  readonly name: string
  readonly id: number
  /** Six places, `r-----`. */
  readonly state: string
}

/** A failed action that is still on record. */
export interface FailedAction {
  readonly resource: string
  readonly task: 'start' | 'stop' | 'monitor'
  readonly node: string
  readonly call: number
  readonly rc: number
  readonly word: 'Error' | 'Timed Out' | 'complete'
}

export interface Faults {
  /** `resource@node` */
  readonly starts: Set<string>
  readonly stops: Map<string, 'fails' | 'hangs'>
  readonly fencing: Set<string>
  readonly rejoins: Set<string>
  /** crm_mon never returns on these. */
  readonly mon: Set<string>
  /** crm_mon says "Query failed" and exits with 0 on these. */
  readonly query: Set<string>
  /** Commands of `crm_resource -M` have no effect although they exit with 0. */
  deafToMoves: boolean
}

export interface Live {
  readonly clock: LabClock
  readonly machines: Machines
  readonly files: (node: string) => NodeFiles
  nodes: ReadonlyMap<string, LabNode>
  cib: Element
  /** What a node's own copy has differently. */
  readonly ownCopy: Map<string, (cib: Element) => void>
  /** Where the cluster believes each resource to run. */
  readonly running: Map<string, Set<string>>
  readonly failed: Set<string>
  readonly blocked: Set<string>
  readonly failures: FailedAction[]
  faults: Faults
  /** Nodes being fenced now. */
  readonly fencing: Set<string>
  /** Nodes whose fencing waits for a person. */
  readonly meatware: Set<string>
  readonly domains: Map<string, Domain[]>
  /** How often each node lost its power to a fence device. */
  readonly resets: Map<string, number>
  /** Groups in which an action is under way. */
  readonly busy: Set<string>
  dc: string
  /** State of the DC's machine. */
  controller: 'S_IDLE' | 'S_POLICY_ENGINE' | 'S_TRANSITION_ENGINE' | 'S_ELECTION'
  electing: boolean
  deciding: boolean
  lastCall: number
  /** While it is held, nothing is decided. */
  held: boolean
  /** The nodes of one half, while the cluster is split; empty when it is whole. */
  half: ReadonlySet<string>
  closed: boolean
  /** Grows when everything is put back: what was still to happen then does not. */
  era: number
  /** Puts everything back as it was in the beginning. */
  restore: () => void
  /** What the controller does with a node that it takes for lost. */
  fence: (node: string) => void
  readonly watchers: Set<() => void>
}

export function nodeNamed(live: Live, name: string): LabNode {
  const node = live.nodes.get(name)
  if (!node) throw new Error(`no node ${name} in this world`)
  return node
}

export function announce(live: Live): void {
  for (const look of [...live.watchers]) look()
}

/** After `ms` of the model's time, unless the world has ended. */
export function later(live: Live, ms: number, then: () => void): void {
  const { era } = live
  live.clock.after(ms, () => {
    if (live.closed || live.era !== era) return
    then()
    announce(live)
  })
}

export function placesOf(live: Live, resource: string): Set<string> {
  const found = live.running.get(resource)
  if (found) return found
  const made = new Set<string>()
  live.running.set(resource, made)
  return made
}
