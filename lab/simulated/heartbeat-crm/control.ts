import { attribute, element } from '../xml/element.ts'
import { pairs, resourceNamed, section, setOption, topsOf } from './cib.ts'
import { edited } from './commands/edited.ts'
import { poke } from './engine.ts'
import { MOUNTS, mountLine } from './footprint.ts'
import { loseNode, noticeLater, restorePower } from './membership.ts'
import { announce, type Live, nodeNamed, placesOf } from './state.ts'

/** The cluster at one moment, for tests and the demo. */
export interface Snapshot {
  readonly dc: string
  readonly controller: string
  readonly settled: boolean
  /** Where the cluster believes each resource to run. */
  readonly running: Readonly<Record<string, readonly string[]>>
  readonly members: readonly string[]
  /** How often a fence device cut the power of each node. */
  readonly resets: Readonly<Record<string, number>>
  readonly meatware: readonly string[]
}

/** What can be done to the cluster from outside, faults above all. A name that does not exist is an error of the caller. */
export interface HeartbeatCrmControl {
  state(): Snapshot
  /** Everything as it was in the beginning: power, files, configuration, no faults. */
  restore(): void
  /** Starts of a resource on a node fail until they are mended. */
  failStart(resource: string, node: string): void
  mendStart(resource: string, node: string): void
  failStop(resource: string): void
  /** A stop takes until its time is over, and has then failed. */
  hangStop(resource: string): void
  mendStop(resource: string): void
  failFencing(node: string): void
  mendFencing(node: string): void
  /** The node never comes back into the cluster, however often heartbeat is started. */
  neverRejoins(node: string): void
  mendRejoining(node: string): void
  /** crm_mon never returns there. */
  hangCrmMon(node: string, hangs: boolean): void
  /** crm_mon says "Query failed" and exits with 0 there. */
  failQuery(node: string, fails: boolean): void
  /** `crm_resource -M` says an error, exits with 0 and does nothing. */
  deafToMoves(deaf: boolean): void
  killNode(node: string): void
  /** The others lose touch with a node that is alive and answers. */
  loseTouch(node: string): void
  startNode(node: string): void
  setFencing(on: boolean): void
  /** The node gets a device of the meatware plugin beside its own: the cluster waits for a person. */
  useMeatware(node: string): void
  /** A monitor found the resource dead. */
  failMonitor(resource: string, node: string): void
  /** Two halves, each with a DC of its own. */
  split(half: readonly string[]): void
  heal(): void
  /** The node's own copy of the configuration has another value of an option. */
  differ(node: string, name: string, value: string): void
  /** Somebody mounts the filesystem by hand on a second node: the cluster knows nothing of it. */
  mountTwice(resource: string, node: string): void
  unmount(resource: string, node: string): void
  /** A domain that somebody started by hand, or that is under way between two hosts: `migrating-domu01`. */
  addDomain(name: string, node: string, state: string): void
  removeDomain(name: string, node: string): void
  /** A file of a node belongs to somebody else. */
  own(node: string, path: string, owner: string): void
  /** The node has this text at that place; 644 unless another mode is said. */
  write(node: string, path: string, text: string, mode?: number): void
  read(node: string, path: string): string
  /** Somebody removes one. */
  remove(node: string, path: string): void
  /** Heartbeat is stopped on every node, and nothing runs. */
  stopEverywhere(): void
}

export function heartbeatCrmControl(live: Live): HeartbeatCrmControl {
  const known = (resource: string) => {
    if (!resourceNamed(live.cib, resource)) throw new Error(`no resource ${resource} in this world`)
    return resource
  }
  return {
    state: () => snapshot(live),
    restore: () => live.restore(),
    failStart: (resource, node) => void live.faults.starts.add(`${known(resource)}@${node}`),
    mendStart: (resource, node) => void live.faults.starts.delete(`${known(resource)}@${node}`),
    failStop: resource => void live.faults.stops.set(known(resource), 'fails'),
    hangStop: resource => void live.faults.stops.set(known(resource), 'hangs'),
    mendStop: resource => void live.faults.stops.delete(known(resource)),
    failFencing: node => void live.faults.fencing.add(nodeNamed(live, node).name),
    mendFencing: node => void live.faults.fencing.delete(nodeNamed(live, node).name),
    neverRejoins: node => void live.faults.rejoins.add(nodeNamed(live, node).name),
    mendRejoining: node => void live.faults.rejoins.delete(nodeNamed(live, node).name),
    hangCrmMon: (node, hangs) => void (hangs ? live.faults.mon.add(node) : live.faults.mon.delete(node)),
    failQuery: (node, fails) => void (fails ? live.faults.query.add(node) : live.faults.query.delete(node)),
    deafToMoves(deaf) {
      live.faults.deafToMoves = deaf
    },
    ...nodeControl(live),
    failMonitor: (resource, node) => failMonitor(live, known(resource), node),
    differ: (node, name, value) => void live.ownCopy.set(node, cib => setOption(cib, name, value)),
    mountTwice: (resource, node) => mount(live, known(resource), node),
    unmount(resource, node) {
      const files = live.files(node)
      files.write('/proc/mounts', files.read('/proc/mounts').replace(mountLine(live, known(resource)), ''))
    },
    addDomain: (name, node, state) => void domainsOn(live, node).push({ name, id: 40, state }),
    removeDomain(name, node) {
      const kept = domainsOn(live, node).filter(each => each.name !== name)
      live.domains.set(node, kept)
    },
    own: (node, path, owner) => void nodeNamed(live, node).owners.set(path, owner),
    read: (node, path) => live.files(node).read(path),
    remove: (node, path) => live.files(node).remove(path),
    stopEverywhere: () => stopEverywhere(live),
    write: (node, path, text, mode = 0o644) => live.files(nodeNamed(live, node).name).write(path, { text, mode }),
  }
}

type NodeControl = Pick<
  HeartbeatCrmControl,
  'killNode' | 'loseTouch' | 'startNode' | 'setFencing' | 'useMeatware' | 'split' | 'heal'
>

function nodeControl(live: Live): NodeControl {
  return {
    killNode(node) {
      loseNode(live, node)
      announce(live)
    },
    loseTouch(node) {
      nodeNamed(live, node).heartbeat = 'stopped'
      noticeLater(live, node)
    },
    startNode: node => restorePower(live, node),
    setFencing(on) {
      setOption(live.cib, 'stonith-enabled', String(on))
      edited(live)
    },
    useMeatware(node) {
      const values = pairs('instance_attributes', `ia-meat-${node}`, { hostlist: node })
      const device = element('primitive', { id: `meat-${node}`, class: 'stonith', type: 'meatware' }, [values])
      section(live.cib, 'resources').children.push(device)
      edited(live)
    },
    split(half) {
      live.half = new Set(half)
      announce(live)
    },
    heal() {
      live.half = new Set()
      poke(live)
      announce(live)
    },
  }
}

function stopEverywhere(live: Live): void {
  live.dc = ''
  live.held = true
  for (const node of live.nodes.values()) {
    node.heartbeat = 'stopped'
    node.seen = 'down'
    node.expected = 'down'
    live.files(node.name).write('/proc/mounts', MOUNTS)
  }
  for (const places of live.running.values()) places.clear()
}

function failMonitor(live: Live, resource: string, node: string): void {
  live.failed.add(resource)
  live.lastCall += 1
  live.failures.push({ resource, task: 'monitor', node, call: live.lastCall, rc: 7, word: 'complete' })
  const counts = nodeNamed(live, node).failCounts
  counts.set(resource, String(Number(counts.get(resource) ?? 0) + 1))
  poke(live)
}

function domainsOn(live: Live, node: string) {
  const found = live.domains.get(node) ?? []
  live.domains.set(node, found)
  return found
}

function mount(live: Live, resource: string, node: string): void {
  const files = live.files(node)
  files.write('/proc/mounts', `${files.read('/proc/mounts')}${mountLine(live, resource)}`)
}

function snapshot(live: Live): Snapshot {
  const names = topsOf(live.cib).flatMap(top => top.members.map(member => attribute(member, 'id')))
  return {
    dc: live.dc,
    controller: live.controller,
    settled: live.controller === 'S_IDLE' && live.busy.size === 0 && !live.deciding && live.dc !== '',
    running: Object.fromEntries(names.map(name => [name, [...placesOf(live, name)]])),
    members: [...live.nodes.values()].filter(node => node.seen === 'member').map(node => node.name),
    resets: Object.fromEntries(live.resets),
    meatware: [...live.meatware],
  }
}
