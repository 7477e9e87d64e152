import { announce, type Live, later, nodeOf, passed, STATE } from '../live.ts'
import { DURATIONS } from './durations.ts'
import { considerStarts, recover } from './services.ts'
import { loseStorage } from './storage.ts'

/** The machine is off at once; the others notice when its token does not come back. */
export function losePower(live: Live, name: string): void {
  const node = nodeOf(live, name)
  if (!node.power) return
  const wasMember = node.cman
  Object.assign(node, { power: false, clvmd: false, rgmanager: false })
  loseStorage(live, name)
  live.ground.machines.powerLost(name)
  announce(live)
  if (wasMember) later(live, DURATIONS.detectMs, () => membershipLost(live, name))
}

function membershipLost(live: Live, name: string): void {
  const node = nodeOf(live, name)
  // It may have come back already as another incarnation, which is no member either before it has joined.
  node.cman = false
  live.generation += 4
  announce(live)
  if (node.fencedHow === 'external') recoverFrom(live, name)
  else live.lost(name)
}

/** It is known to be off: what it ran starts elsewhere. Frozen services stay as they are (ha-stacks.md §9.10). */
export function recoverFrom(live: Live, name: string): void {
  const lost = live.services.filter(service => service.owner === name && !service.frozen)
  for (const service of lost) if (service.state !== STATE.disabled) void recover(live, service)
}

/** Power is back: it boots, and its daemons start in their order. */
export function boot(live: Live, name: string): void {
  const node = nodeOf(live, name)
  later(live, DURATIONS.bootMs, () => {
    if (node.power || live.faults.broken.has(name)) return
    node.power = true
    live.ground.machines.powerRestored(name)
    announce(live)
    if (!live.faults.strays.has(name)) void startAll(live, name)
  })
}

async function startAll(live: Live, name: string): Promise<void> {
  await startCman(live, name)
  await startClvmd(live, name)
  await startRgmanager(live, name)
}

export async function startCman(live: Live, name: string): Promise<void> {
  await passed(live, DURATIONS.cmanMs)
  const node = nodeOf(live, name)
  if (!node.power) return
  live.generation += 4
  Object.assign(node, { cman: true, incarnation: live.generation, joinedAt: live.clock.now(), fencedHow: 'none' })
  announce(live)
}

export async function startClvmd(live: Live, name: string): Promise<void> {
  await passed(live, DURATIONS.clvmdMs)
  const node = nodeOf(live, name)
  node.clvmd = node.cman
  if (node.clvmd) live.ground.files(name).write('/sys/kernel/dlm/clvmd/id', '1\n')
  announce(live)
}

/** The init script is done as soon as the daemon runs; services start and come back after it. */
export async function startRgmanager(live: Live, name: string): Promise<void> {
  await passed(live, DURATIONS.rgmanagerMs)
  const node = nodeOf(live, name)
  node.rgmanager = node.cman
  announce(live)
  if (node.rgmanager) void considerStarts(live, name)
}
