import { until } from '../until.ts'
import type { Ignored } from './faults.ts'
import { announce, type Daemon, daemonOf, type Live, rscstatus } from './live.ts'
import { boot, crash, losePower, split, startDaemon, stopDaemon } from './membership.ts'
import { mounted } from './resources.ts'

/** One node as it is, for tests. */
export interface SeenNode {
  readonly running: boolean
  readonly rscstatus: string
  readonly sees: string
  readonly resources: readonly string[]
  readonly log: readonly string[]
}

/** What can be done to the cluster from outside, faults above all. Names must exist. */
export interface HeartbeatControl {
  state(): Readonly<Record<string, SeenNode>>
  /** The next start of a resource, as haresources writes it, fails on that node. */
  failNextStart(resource: string, node: string): void
  /** Its stop fails: the node that tries reboots itself. */
  failStop(resource: string): void
  mendStop(resource: string): void
  /** Its stop never returns. */
  hangStop(resource: string): void
  /** Heartbeat ignores what this node asks for, and says so in its log alone. */
  ignoreStandby(node: string, because: Ignored | 'nothing'): void
  /** Heartbeat starts there and is never heard. */
  mute(node: string, on: boolean): void
  failFencing(node: string, on: boolean): void
  /** The power is gone and stays off until `powerOn`. */
  killNode(node: string): void
  powerOn(node: string): void
  /** Heartbeat dies without a word; the machine and what it started there live on. */
  killHeartbeat(node: string): void
  stopHeartbeat(node: string): void
  startHeartbeat(node: string): void
  /** One link of a node is not heard by the other any more. */
  cutLink(node: string, link: string): void
  /** No link works: both think that the other is dead, and both take over. */
  split(): void
  /** Heartbeat believes that the groups of a part are served by nobody: `none` on both. */
  disown(): void
  /** Somebody writes a file of a node. */
  write(node: string, path: string, text: string, mode?: number): void
  /** Somebody removes one. */
  remove(node: string, path: string): void
  read(node: string, path: string): string
  /** Somebody else has started a resource, and Heartbeat does not know of it. */
  startedByHand(resource: string, node: string): void
  stoppedByHand(resource: string, node: string): void
  until(
    condition: (state: Readonly<Record<string, SeenNode>>) => boolean,
    what: string,
  ): Promise<Readonly<Record<string, SeenNode>>>
}

const UNTIL_MS = 60_000

export function heartbeatControl(live: Live): HeartbeatControl {
  const { starts, stops, hanging, ignored, mute, fencing, broken } = live.faults
  const set = (faults: Set<string>, name: string, on: boolean) => void (on ? faults.add(name) : faults.delete(name))
  return {
    state: () => snapshot(live),
    failNextStart: (resource, node) => void starts.add(`${resource}@${node}`),
    failStop: resource => void stops.add(resource),
    mendStop(resource) {
      stops.delete(resource)
      hanging.delete(resource)
    },
    hangStop: resource => void hanging.add(resource),
    ignoreStandby: (node, because) => void (because === 'nothing' ? ignored.delete(node) : ignored.set(node, because)),
    mute: (node, on) => set(mute, node, on),
    failFencing: (node, on) => set(fencing, node, on),
    killNode(node) {
      broken.add(node)
      losePower(live, node)
      announce(live)
    },
    powerOn(node) {
      broken.delete(node)
      boot(live, node)
    },
    killHeartbeat(node) {
      crash(live, node)
      announce(live)
    },
    stopHeartbeat: node => stopDaemon(live, node, () => announce(live)),
    startHeartbeat: node => startDaemon(live, node),
    cutLink: (node, link) => void daemonOf(live, node).deadLinks.add(link),
    split: () => split(live),
    disown() {
      for (const daemon of live.nodes.values()) daemon.holds.clear()
    },
    write: (node, path, text, mode = 0o644) => live.files(node).write(path, { text, mode }),
    remove: (node, path) => live.files(node).remove(path),
    read: (node, path) => live.files(node).read(path),
    startedByHand(resource, node) {
      daemonOf(live, node).resources.add(resource)
      mounted(live, daemonOf(live, node))
    },
    stoppedByHand(resource, node) {
      daemonOf(live, node).resources.delete(resource)
      mounted(live, daemonOf(live, node))
    },
    until: async (condition, what) =>
      await until({ watchers: live.watchers, state: () => snapshot(live) }, condition, { what, timeoutMs: UNTIL_MS }),
  }
}

function snapshot(live: Live): Readonly<Record<string, SeenNode>> {
  return Object.fromEntries([...live.nodes].map(([name, daemon]) => [name, seen(daemon)]))
}

function seen(daemon: Daemon): SeenNode {
  const { running, sees, resources, log } = daemon
  return { running, sees, rscstatus: running ? rscstatus(daemon) : '', resources: [...resources], log: [...log] }
}
