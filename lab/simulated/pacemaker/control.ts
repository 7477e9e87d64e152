import { attribute, childWith, type Element, walk } from '../xml/element.ts'
import { formatXml } from '../xml/text.ts'
import { section, setNvpair } from './cib.ts'
import { addConstraint, clearConstraints } from './commands/constraints.ts'
import { fence } from './engine/fencer.ts'
import { announce, changedBy, isSettled, type Live, pictureOf, poke } from './engine/live.ts'
import { crash, hang, loseNode, restorePower } from './engine/membership.ts'
import { countFailure } from './engine/operations.ts'
import type { FenceEvent } from './fencing.ts'
import type { Picture } from './picture/types.ts'
import { memberOf, recordOperation } from './status-writer.ts'

/** The cluster at one moment, for tests and the demo. */
export interface Snapshot {
  readonly picture: Picture
  readonly controller: string
  readonly settled: boolean
  readonly fencing: readonly FenceEvent[]
  /** `admin_epoch.epoch.num_updates` */
  readonly version: string
  /** Resources that really run, by node, whatever the cluster believes. */
  readonly running: Readonly<Record<string, readonly string[]>>
}

/** What can be done to the cluster from outside, faults above all. Names must exist; a wrong one is an error of the caller. */
export interface ClusterControl {
  state(): Snapshot
  /** The CIB as `cibadmin -Q` prints it. */
  cibText(): string
  /** The next start of a resource on a node fails with that exit reason. */
  failNextStart(resource: string, node: string, reason: string): void
  /** Every stop of a resource fails until `mendStop`. */
  failStop(resource: string, reason?: string): void
  mendStop(resource: string): void
  /** Every stop of a resource takes until its time limit and has then failed, until `mendStop`. */
  hangStop(resource: string): void
  /** Fencing of a node fails until `mendFencing`. */
  failFencing(node: string, reason?: string): void
  mendFencing(node: string): void
  /** The management board of a node answers nobody: the fence device neither fences it nor tells whether it has power. */
  loseBoard(node: string): void
  /** The node loses its power and stays off, whatever the fence device does, until `startNode`. */
  killNode(name: string): void
  /** The node hangs: it has power, and neither the cluster nor SSH hears of it. */
  hangNode(name: string): void
  /** The cluster's daemons die on the node; it answers SSH, and what the cluster started there runs on. */
  crashDaemons(name: string): void
  /** The node boots and joins. */
  startNode(name: string): void
  fenceNode(name: string): void
  /** Once stopped, the node's daemons start again and are never seen by the others. */
  stayAway(name: string): void
  setStandby(node: string, on: boolean): void
  setMaintenance(on: boolean): void
  /** A recurring monitor found the resource dead: the cluster recovers it. */
  addFailure(resource: string, node: string, reason: string): void
  addBan(resource: string, node: string): void
  addPrefer(resource: string, node: string): void
  clearConstraints(resource: string): void
  /** Somebody sets target-role=Stopped, or takes it back. */
  stopGroup(name: string): void
  startGroup(name: string): void
  /** The resource is found running on a second node as well; unless `hold` was called, the cluster repairs that. */
  activeTwice(resource: string, node: string): void
  /** While held, the controller decides nothing: the picture stays as it is. */
  hold(held: boolean): void
  /** The network is cut: each half sees the other lost. It stays so as it was in that moment, before anybody has fenced. */
  split(half: readonly string[]): void
  heal(): void
  /** The node's own copy of the configuration has another value of an option. */
  differ(node: string, name: string, value: string): void
  /** Somebody deletes all fence devices from the configuration, and leaves fencing on. */
  deleteFenceDevices(): void
  /** Everything as it was in the beginning, without faults; what was under way is forgotten. */
  restore(): void
}

export function clusterControl(live: Live): ClusterControl {
  const edit = (change: () => void) => {
    change()
    changedBy(live, { node: pictureOf(live).dc || 'node1', client: 'crmsh', user: 'hacluster' })
  }
  return {
    cibText: () => formatXml(live.cib),
    state: () => snapshot(live),
    ...faultControl(live),
    ...nodeControl(live, edit),
    addFailure: (resource, node, reason) => addFailure(live, resource, node, reason),
    addBan: (resource, node) => edit(() => addConstraint(live.cib, { kind: 'ban', resource, node })),
    addPrefer: (resource, node) => edit(() => addConstraint(live.cib, { kind: 'prefer', resource, node })),
    clearConstraints: resource => edit(() => clearConstraints(live.cib, resource, '')),
    stopGroup: name => edit(() => setMeta(live, name, 'target-role', 'Stopped')),
    startGroup: name => edit(() => setMeta(live, name, 'target-role', 'Started')),
    activeTwice: (resource, node) => activeTwice(live, resource, node),
    hold: held => hold(live, held),
    split(half) {
      live.half = new Set(half)
      hold(live, true)
    },
    heal() {
      live.half = new Set()
      hold(live, false)
    },
    differ: (node, name, value) => void live.ownCopy.set(node, cib => setOption(cib, name, value)),
    deleteFenceDevices: () => edit(() => deleteFenceDevices(live)),
    restore: () => live.restore(),
  }
}

function hold(live: Live, held: boolean): void {
  live.held = held
  announce(live)
  if (!held) poke(live)
}

function snapshot(live: Live): Snapshot {
  const version = ['admin_epoch', 'epoch', 'num_updates'].map(name => attribute(live.cib, name)).join('.')
  let picture: Picture | undefined
  return {
    // Read when it is asked for: reading a CIB is the expensive part.
    get picture() {
      picture ??= pictureOf(live)
      return picture
    },
    controller: live.controller,
    settled: isSettled(live),
    fencing: [...live.fencing],
    version,
    running: Object.fromEntries([...live.running].map(([node, resources]) => [node, [...resources]])),
  }
}

type FaultControl = Pick<
  ClusterControl,
  'failNextStart' | 'failStop' | 'hangStop' | 'mendStop' | 'failFencing' | 'mendFencing' | 'loseBoard'
>

function faultControl(live: Live): FaultControl {
  return {
    failNextStart: (resource, node, reason) => void live.faults.starts.set(`${resource}@${node}`, reason),
    failStop: (resource, reason = 'would not stop') => void live.faults.stops.set(resource, reason),
    hangStop: resource => void live.faults.hanging.add(resource),
    mendStop(resource) {
      live.faults.stops.delete(resource)
      live.faults.hanging.delete(resource)
    },
    failFencing: (node, reason = 'No route to host') => void live.faults.fencing.set(node, reason),
    mendFencing: node => void live.faults.fencing.delete(node),
    loseBoard: node => void live.faults.boards.add(node),
  }
}

type NodeControl = Pick<
  ClusterControl,
  'killNode' | 'hangNode' | 'crashDaemons' | 'startNode' | 'fenceNode' | 'stayAway' | 'setStandby' | 'setMaintenance'
>

function nodeControl(live: Live, edit: (change: () => void) => void): NodeControl {
  return {
    killNode(name) {
      live.faults.broken.add(name)
      loseNode(live, name)
      announce(live)
    },
    hangNode(name) {
      hang(live, name)
      announce(live)
    },
    crashDaemons(name) {
      crash(live, name)
      announce(live)
    },
    startNode(name) {
      live.faults.broken.delete(name)
      restorePower(live, name)
    },
    fenceNode(name) {
      const request = {
        target: name,
        action: 'reboot' as const,
        client: 'stonith_admin.4711',
        origin: pictureOf(live).dc,
      }
      fence(live, request, () => undefined)
    },
    stayAway: name => void live.faults.away.add(name),
    setStandby: (node, on) => edit(() => setStandby(live, node, on)),
    setMaintenance: on => edit(() => setOption(live.cib, 'maintenance-mode', String(on))),
  }
}

function setStandby(live: Live, name: string, on: boolean): void {
  const node = childWith(section(live.cib, 'nodes'), 'node', 'uname', name)
  if (!node) throw new Error(`no node ${name} in this world`)
  setNvpair(node, 'instance_attributes', `nodes-${attribute(node, 'id')}`, 'standby', on ? 'on' : 'off')
}

function deleteFenceDevices({ cib }: Live): void {
  const resources = section(cib, 'resources')
  const devices = resources.children.filter(each => attribute(each, 'class') === 'stonith')
  resources.children = resources.children.filter(each => !devices.includes(each))
  const gone = new Set(devices.map(each => attribute(each, 'id')))
  const constraints = section(cib, 'constraints')
  constraints.children = constraints.children.filter(each => !gone.has(attribute(each, 'rsc')))
}

function setOption(cib: Element, name: string, value: string): void {
  setNvpair(section(cib, 'crm_config'), 'cluster_property_set', 'cib-bootstrap-options', name, value)
}

function setMeta(live: Live, id: string, name: string, value: string): void {
  const found = [...walk(section(live.cib, 'resources'))].find(entry => attribute(entry, 'id') === id)
  if (!found) throw new Error(`no resource ${id} in this world`)
  setNvpair(found, 'meta_attributes', `${id}-meta_attributes`, name, value)
}

function addFailure(live: Live, resource: string, node: string, reason: string): void {
  const member = known(live, resource)
  const intervalMs = member.monitors[0]?.intervalMs ?? 10_000
  live.lastCallId += 1
  const result = { task: 'monitor', intervalMs, rc: 1, expectedRc: 0, execMs: 200, reason } as const
  recordOperation(live.cib, { ...result, member, node, callId: live.lastCallId, at: live.clock.now() })
  countFailure(live, resource, node, `monitor_${intervalMs}`)
  poke(live)
}

function activeTwice(live: Live, resource: string, node: string): void {
  const member = known(live, resource)
  live.running.get(node)?.add(resource)
  live.lastCallId += 1
  const result = { task: 'monitor', intervalMs: 0, rc: 0, expectedRc: 0, execMs: 20, reason: '' } as const
  recordOperation(live.cib, { ...result, member, node, callId: live.lastCallId, at: live.clock.now() })
  poke(live)
}

function known(live: Live, resource: string) {
  const member = memberOf(pictureOf(live), resource)
  if (!member) throw new Error(`no resource ${resource} in this world`)
  return member
}
