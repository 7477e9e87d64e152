import type { Volumes } from './commands/lvm.ts'
import { addVictim, powerCycle } from './engine/fenced.ts'
import { boot, losePower } from './engine/membership.ts'
import { considerStarts, stopService } from './engine/services.ts'
import { releaseStorage, takeStorage } from './engine/storage.ts'
import { announce, type Live, nodeOf, runners, STATE, serviceOf } from './live.ts'
import type { RgmanagerModel } from './model.ts'

/** One service at one moment. */
export interface ServiceSnapshot {
  readonly state: number
  readonly owner: string
  readonly frozen: boolean
}

export interface RgmanagerSnapshot {
  readonly services: Readonly<Record<string, ServiceSnapshot>>
  readonly members: readonly string[]
  readonly victims: readonly string[]
  /** Mount points by node, whatever the cluster believes. */
  readonly mounted: Readonly<Record<string, readonly string[]>>
}

/** What can be done to the cluster from outside, faults above all. Names must exist; a wrong one is an error of the caller. */
export interface RgmanagerControl {
  state(): RgmanagerSnapshot
  /** Every start of a service on a node fails until `mend`. */
  failStart(service: string, node: string): void
  /** Every stop of a service fails, or never ends, until `mend`. */
  failStop(service: string, how: 'fails' | 'hangs'): void
  /** Its fence devices answer, and do not cut its power. */
  failFencing(node: string): void
  /** Its fence devices answer nobody: as when it lost its power, and they theirs. */
  muteDevices(node: string): void
  /** `clusvcadm -r` brings the service there, whatever it was told. */
  astray(service: string, node: string): void
  /** rgmanager on the node answers nobody. */
  deafen(node: string, deaf: boolean): void
  /** The network between the nodes is cut: each sees itself alone. */
  split(cut: boolean): void
  loseQuorum(lost: boolean): void
  /** The node boots without joining the cluster. */
  neverRejoins(node: string): void
  /** Takes all faults of services, fencing and nodes back; what they led to stays. */
  mend(): void
  /** The node loses its power and stays off, whatever the fence device does, until `startNode`. */
  killNode(node: string): void
  startNode(node: string): void
  /** The others lose touch with a node that is alive, and cannot fence it. */
  loseTouch(node: string): void
  fenceNode(node: string): void
  /** rgmanager gave the service up: it failed, nobody knows in what state it left its node. */
  breakService(service: string): void
  freeze(service: string, frozen: boolean): void
  /** Somebody mounts what the service has on a second node as well. */
  mountTwice(service: string, node: string): void
  stopRgmanager(node: string): void
  /** Somebody unmounted by hand what a failed service had left on a node. */
  unmount(service: string, node: string): void
  /** Everything as it was in the beginning, without faults; what was under way is forgotten. */
  restore(): void
  /** What the volume group is: clustered, or tagged with a node's name. */
  readonly volumes: Volumes
}

export function rgmanagerControl({ live, volumes, restore }: RgmanagerModel): RgmanagerControl {
  const { faults } = live
  const told = (change: () => void) => {
    change()
    announce(live)
  }
  return {
    volumes,
    state: () => snapshot(live),
    failStart: (service, node) => void faults.starts.add(`${known(live, service)}@${nodeOf(live, node).name}`),
    failStop: (service, how) => void faults.stops.set(known(live, service), how),
    failFencing: node => void faults.fencing.add(nodeOf(live, node).name),
    muteDevices: node => void faults.mute.add(nodeOf(live, node).name),
    astray: (service, node) => void faults.astray.set(known(live, service), nodeOf(live, node).name),
    deafen: (node, deaf) => void (deaf ? faults.deaf.add(node) : faults.deaf.delete(node)),
    split: cut => told(() => (faults.split = cut)),
    loseQuorum: lost => setQuorum(live, !lost),
    neverRejoins: node => void faults.strays.add(nodeOf(live, node).name),
    mend: () => told(() => mend(live)),
    restore() {
      mend(live)
      Object.assign(faults, { split: false, inquorate: false })
      faults.broken.clear()
      restore()
    },
    ...nodes(live),
    ...services(live),
  }
}

/** Without quorum rgmanager stops its services; with it they start where they belong (ha-stacks.md §9.17). */
function setQuorum(live: Live, quorate: boolean): void {
  live.faults.inquorate = !quorate
  announce(live)
  const [first] = runners(live)
  if (quorate && first) void considerStarts(live, first.name)
  const running = live.services.filter(({ state, frozen }) => state === STATE.started && !frozen)
  if (!quorate) for (const service of running) void stopService(live, service)
}

function known(live: Live, service: string): string {
  const found = serviceOf(live, service)
  if (!found) throw new Error(`no service ${service} in this world`)
  return found.layout.fullName
}

function mend({ faults }: Live): void {
  for (const set of [faults.starts, faults.fencing, faults.mute, faults.strays, faults.deaf]) set.clear()
  faults.stops.clear()
  faults.astray.clear()
}

function nodes(
  live: Live,
): Pick<RgmanagerControl, 'killNode' | 'startNode' | 'loseTouch' | 'fenceNode' | 'stopRgmanager'> {
  return {
    killNode(node) {
      live.faults.broken.add(node)
      losePower(live, node)
    },
    startNode(node) {
      live.faults.broken.delete(node)
      boot(live, node)
    },
    loseTouch(node) {
      nodeOf(live, node).cman = false
      live.faults.fencing.add(node)
      addVictim(live, node)
    },
    fenceNode: node => powerCycle(live, node),
    stopRgmanager(node) {
      nodeOf(live, node).rgmanager = false
      announce(live)
    },
  }
}

function services(live: Live): Pick<RgmanagerControl, 'breakService' | 'freeze' | 'mountTwice' | 'unmount'> {
  const found = (name: string) => {
    const service = serviceOf(live, name)
    if (!service) throw new Error(`no service ${name} in this world`)
    return service
  }
  return {
    breakService(name) {
      const service = found(name)
      Object.assign(service, { state: STATE.failed, lastOwner: service.owner || service.lastOwner, owner: '' })
      announce(live)
    },
    freeze(name, frozen) {
      found(name).frozen = frozen
      announce(live)
    },
    mountTwice: (name, node) => takeStorage(live, found(name).layout, node),
    unmount: (name, node) => releaseStorage(live, found(name).layout, node),
  }
}

function snapshot(live: Live): RgmanagerSnapshot {
  const services = live.services.map(
    ({ layout, state, owner, frozen }) => [layout.fullName, { state, owner, frozen }] as const,
  )
  const mounted = [...live.mounted].map(
    ([node, all]) => [node, [...all].flatMap(({ mount }) => (mount ? [mount.mountpoint] : []))] as const,
  )
  return {
    services: Object.fromEntries(services),
    members: live.nodes.filter(node => node.cman).map(node => node.name),
    victims: [...live.victims],
    mounted: Object.fromEntries(mounted),
  }
}
