import { isYes, option } from './cib.ts'
import { TAKES } from './durations.ts'
import { elect, poke } from './engine.ts'
import { MOUNTS } from './footprint.ts'
import { type Live, later, nodeNamed } from './state.ts'

/** Heartbeat was started: the others see it join, unless something is wrong with it. */
export function startHeartbeat(live: Live, name: string): void {
  const node = nodeNamed(live, name)
  if (!node.powered || node.heartbeat !== 'stopped') return
  node.heartbeat = live.faults.rejoins.has(name) ? 'starting' : 'running'
  if (node.heartbeat === 'starting') return
  later(live, TAKES.joining, () => {
    if (node.heartbeat !== 'running' || !node.powered) return
    node.seen = 'pending'
    node.failCounts.clear()
    later(live, TAKES.joined, () => {
      if (node.heartbeat !== 'running' || !node.powered || node.seen !== 'pending') return
      node.seen = 'member'
      node.expected = 'member'
      poke(live)
    })
  })
}

/** `heartbeat stop`: settles when everything has been moved away. A node that is not a member has nothing to move. */
export function stopHeartbeat(live: Live, name: string): Promise<void> {
  const node = nodeNamed(live, name)
  return new Promise(resolve => {
    const leave = () => {
      node.heartbeat = 'stopped'
      node.seen = 'down'
      node.expected = 'down'
      node.failCounts.clear()
      dropRecords(live, name)
      if (live.dc === name) elect(live, TAKES.electionAfterLeaving)
      else poke(live)
      resolve()
    }
    if (node.heartbeat === 'stopped') return resolve()
    node.heartbeat = 'stopping'
    if (node.seen !== 'member') return leave()
    node.leaving = leave
    poke(live)
  })
}

/** The node is gone; the others notice after deadtime. */
export function loseNode(live: Live, name: string): void {
  const node = nodeNamed(live, name)
  node.powered = false
  node.broken = true
  node.outlet = 'off'
  node.heartbeat = 'stopped'
  node.leaving = undefined
  live.machines.powerLost(name)
  live.files(name).write('/proc/mounts', MOUNTS)
  noticeLater(live, name)
}

/** The cluster notices that a member does not answer any more. */
export function noticeLater(live: Live, name: string): void {
  const node = nodeNamed(live, name)
  later(live, TAKES.deadtime, () => {
    if (node.seen === 'down' || (node.powered && node.heartbeat === 'running')) return
    node.seen = 'down'
    forgetUnfenced(live, name)
    if (live.dc === name) elect(live, TAKES.election)
    else poke(live)
  })
}

/** Without fencing a lost node is taken for off at once (ha-stacks.md §11, 2). */
function forgetUnfenced(live: Live, name: string): void {
  if (!isFencingOn(live)) {
    nodeNamed(live, name).expected = 'down'
    forgetNode(live, name)
  }
}

/** Nothing runs there any more, as far as the cluster knows. */
export function forgetNode(live: Live, name: string): void {
  for (const [resource, places] of live.running) if (places.delete(name)) live.failed.delete(resource)
  nodeNamed(live, name).failCounts.clear()
  dropRecords(live, name)
}

function dropRecords(live: Live, name: string): void {
  const kept = live.failures.filter(failure => failure.node !== name)
  live.failures.splice(0, live.failures.length, ...kept)
}

/** The node boots, and heartbeat with it. */
export function bootLater(live: Live, name: string): void {
  const turn = live.resets.get(name)
  later(live, TAKES.boot, () => {
    if (live.resets.get(name) !== turn) return
    restorePower(live, name)
  })
}

export function restorePower(live: Live, name: string): void {
  const node = nodeNamed(live, name)
  if (node.powered) return
  node.powered = true
  node.broken = false
  node.outlet = 'on'
  live.machines.powerRestored(name)
  startHeartbeat(live, name)
}

function isFencingOn(live: Live): boolean {
  return isYes(option(live.cib, 'stonith-enabled'))
}
