import { goesBack, standby } from './hand-over.ts'
import { after, type Daemon, daemonOf, groupsOf, type Live, log, MS, type Part, peerOf } from './live.ts'
import { asksPeople, waitForPeople } from './meatware.ts'
import { acquire, mounted, release } from './resources.ts'

/** The power is gone, and everything on the node with it; the other notices after deadtime. */
export function losePower(live: Live, name: string): void {
  const daemon = daemonOf(live, name)
  daemon.powered = false
  end(daemon)
  daemon.resources.clear()
  mounted(live, daemon)
  live.machines.powerLost(name)
  after(live, MS.deadtime, () => declareDead(live, peerOf(live, daemon)))
}

function end(daemon: Daemon): void {
  daemon.running = false
  daemon.busy = false
  daemon.holds.clear()
}

/** Heartbeat dies, and what it started runs on; the other notices after deadtime. */
export function crash(live: Live, name: string): void {
  const daemon = daemonOf(live, name)
  end(daemon)
  after(live, MS.deadtime, () => declareDead(live, peerOf(live, daemon)))
}

/** `reboot -nf` after a stop that failed (ha-stacks.md §1). */
export function rebootItself(live: Live, daemon: Daemon): void {
  losePower(live, daemon.name)
  live.standby = ''
  after(live, MS.boot, () => boot(live, daemon.name))
}

/** Power, operating system, Heartbeat. A machine that is broken stays off. */
export function boot(live: Live, name: string): void {
  const daemon = daemonOf(live, name)
  if (daemon.powered || live.faults.broken.has(name)) return
  daemon.powered = true
  live.machines.powerRestored(name)
  startDaemon(live, name)
}

/** A node that is not heard any more: reset where there is a device, else taken over at once (ha-stacks.md §5, §9.17). */
function declareDead(live: Live, survivor: Daemon): void {
  const lost = peerOf(live, survivor)
  if (!survivor.running || lost.running) return
  survivor.sees = 'dead'
  log(live, survivor, `WARN: node ${lost.name}: is dead`)
  // Whoever had begun to hand over or to take is alone now.
  survivor.busy = false
  live.standby = ''
  if (!/^stonith(_host)?\s/m.test(live.files(survivor.name).read('/etc/ha.d/ha.cf'))) {
    log(live, survivor, 'WARN: No STONITH device configured.')
    log(live, survivor, 'WARN: Shared disks are not protected.')
    takeAll(live, survivor, lost)
    return
  }
  if (asksPeople(live, survivor, lost.name)) ask(live, survivor, lost)
  else reset(live, survivor, lost)
}

/** Waits until a person has said that the node is off; its own name for that node is the pipe's. */
function ask(live: Live, survivor: Daemon, lost: Daemon): void {
  log(live, survivor, `info: Resetting node ${lost.name} with [Meatware STONITH device]`)
  waitForPeople(live, survivor, lost.name, () => {
    log(live, survivor, `info: node ${lost.name} now reset.`)
    takeAll(live, survivor, lost)
  })
}

function reset(live: Live, survivor: Daemon, lost: Daemon): void {
  log(live, survivor, `info: Resetting node ${lost.name} with [IPMI STONITH device]`)
  after(live, MS.reset, () => {
    if (live.faults.fencing.has(lost.name)) {
      log(live, survivor, `ERROR: Host ${lost.name} not reset!`)
      log(live, survivor, `ERROR: STONITH of ${lost.name} failed.  Retrying...`)
      reset(live, survivor, lost)
      return
    }
    log(live, survivor, `info: node ${lost.name} now reset.`)
    after(live, MS.boot, () => boot(live, lost.name))
    takeAll(live, survivor, lost)
  })
}

function takeAll(live: Live, survivor: Daemon, lost: Daemon): void {
  const missing = (['local', 'foreign'] as const).filter(part => !survivor.holds.has(part))
  log(live, survivor, `info: Resources being acquired from ${lost.name}.`)
  survivor.busy = true
  const groups = missing.flatMap(part => groupsOf(live, survivor, part))
  for (const group of groups) log(live, survivor, `info: Taking over resource group ${group.resources[0]}`)
  acquire(live, survivor, groups, ok => {
    for (const part of missing) survivor.holds.add(part)
    survivor.busy = false
    log(live, survivor, `info: mach_down takeover complete for node ${lost.name}.`)
    if (!ok) goesBack(live, survivor)
  })
}

/**
 * A clean stop: it gives up what it holds and says goodbye, upon which the other takes over at once. It is no member any more only after
 * deadtime (seen on 3.0.6, ha-stacks.md §9.2).
 */
export function stopDaemon(live: Live, name: string, then: () => void): void {
  const daemon = daemonOf(live, name)
  if (!daemon.running) {
    then()
    return
  }
  const peer = peerOf(live, daemon)
  daemon.busy = true
  if (peer.running) peer.busy = true
  log(live, daemon, 'info: Heartbeat shutdown in progress. (2345)')
  log(live, daemon, 'info: Giving up all HA resources.')
  const parts: readonly Part[] = [...daemon.holds]
  release(
    live,
    daemon,
    parts.flatMap(part => groupsOf(live, daemon, part)),
    () => {
      daemon.holds.clear()
      daemon.busy = false
      if (peer.running) {
        log(live, peer, `info: Received shutdown notice from '${name}'.`)
        takeAll(live, peer, daemon)
      }
      after(live, MS.leave, () => {
        end(daemon)
        after(live, MS.deadtime, () => declareLeft(live, peer, daemon))
        then()
      })
    },
  )
}

/** What has left in good order needs no reset. */
function declareLeft(live: Live, survivor: Daemon, gone: Daemon): void {
  if (!survivor.running || gone.running) return
  survivor.sees = 'dead'
  log(live, survivor, `WARN: node ${gone.name}: is dead`)
  log(live, survivor, `info: Dead node ${gone.name} gave up resources.`)
}

/** Starts and joins; a node alone takes everything after initdead (ha-stacks.md §9.2). */
export function startDaemon(live: Live, name: string): void {
  const daemon = daemonOf(live, name)
  if (daemon.running || !daemon.powered) return
  daemon.running = true
  daemon.haCf = live.files(name).read('/etc/ha.d/ha.cf')
  daemon.busy = true
  daemon.sees = 'init'
  log(live, daemon, 'info: Configuration validated. Starting heartbeat')
  const peer = peerOf(live, daemon)
  if (live.faults.mute.has(name)) return
  if (!peer.running) {
    after(live, MS.initdead, () => alone(live, daemon))
    return
  }
  peer.sees = 'init'
  after(live, MS.join, () => {
    daemon.sees = 'up'
    peer.sees = 'up'
    // Until they have told each other what they hold.
    peer.busy = true
    after(live, MS.join, () => joined(live, daemon, peer))
  })
}

function alone(live: Live, daemon: Daemon): void {
  const peer = peerOf(live, daemon)
  if (!daemon.running || daemon.sees !== 'init') return
  daemon.sees = 'dead'
  daemon.busy = false
  if (!peer.running) takeAll(live, daemon, peer)
}

function joined(live: Live, daemon: Daemon, peer: Daemon): void {
  peer.busy = false
  if (!daemon.running || !peer.running) return
  daemon.sees = 'active'
  peer.sees = 'active'
  daemon.busy = false
  log(live, peer, `info: Status update for node ${daemon.name}: status active`)
  const failback = /^auto_failback\s+on\s*$/m.test(live.files(daemon.name).read('/etc/ha.d/ha.cf'))
  if (peer.holds.size === 0 && daemon.holds.size === 0) {
    takeAll(live, daemon, peer)
    return
  }
  if (failback && peer.holds.has('foreign')) standby(live, peer.name, 'foreign')
}

/** Nothing passes between the nodes any more: each thinks that the other is dead, and without STONITH each takes everything. */
export function split(live: Live): void {
  for (const daemon of live.nodes.values()) {
    daemon.sees = 'dead'
    log(live, daemon, `WARN: node ${peerOf(live, daemon).name}: is dead`)
    takeAll(live, daemon, peerOf(live, daemon))
  }
}
