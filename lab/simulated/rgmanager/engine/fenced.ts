import { announce, type Live, type LiveNode, later, nodeOf } from '../live.ts'
import { DURATIONS } from './durations.ts'
import { boot, losePower, recoverFrom } from './membership.ts'

const OVERRIDE = '/var/run/cluster/fenced_override'

/** A member was lost without a word: nothing of it may be touched before it is known to be off. */
export function addVictim(live: Live, name: string): void {
  live.victims.add(name)
  announce(live)
  attempt(live)
}

export function hasDevice(live: Live, name: string): boolean {
  return (live.layout.nodes.find(node => node.name === name)?.devices.length ?? 0) > 0
}

function isStubborn({ faults }: Live, name: string): boolean {
  return faults.fencing.has(name) || faults.mute.has(name)
}

/** The member with the lowest id does it. */
export function masterOf(live: Live): LiveNode | undefined {
  return live.nodes.find(node => node.cman)
}

/** One victim after the other; one that cannot be fenced is tried again for ever (ha-stacks.md §9.17). */
function attempt(live: Live): void {
  const [name] = live.victims
  if (name === undefined || live.fencing) return
  live.fencing = true
  const works = hasDevice(live, name) && !isStubborn(live, name)
  later(live, works ? DURATIONS.fenceMs : DURATIONS.fenceMs + DURATIONS.fenceRetryMs, () => {
    live.fencing = false
    if (!live.victims.has(name)) return attempt(live)
    if (works) {
      powerCycle(live, name)
      return fenced(live, name, 'agent')
    }
    // Only now, and until it is answered, fenced listens for a person's word.
    const master = masterOf(live)
    if (master) live.ground.files(master.name).write(OVERRIDE, '')
    announce(live)
    attempt(live)
  })
}

/** A person says that it is off. */
export function override(live: Live, name: string): void {
  fenced(live, name, 'override')
}

function fenced(live: Live, name: string, how: LiveNode['fencedHow']): void {
  nodeOf(live, name).fencedHow = how
  live.victims.delete(name)
  for (const node of live.nodes) live.ground.files(node.name).remove(OVERRIDE)
  announce(live)
  recoverFrom(live, name)
  attempt(live)
}

/** Off and on again by its fence device; one that is broken stays off. */
export function powerCycle(live: Live, name: string): void {
  losePower(live, name)
  if (!live.faults.broken.has(name)) boot(live, name)
}

/** Somebody fenced it by hand: fenced is told, and does not do it again (ha-stacks.md §9.8). Whether that worked. */
export function fenceByHand(live: Live, name: string): Promise<boolean> {
  return new Promise(resolve => {
    later(live, DURATIONS.fenceMs, () => {
      if (isStubborn(live, name)) return resolve(false)
      const wasVictim = live.victims.has(name)
      nodeOf(live, name).fencedHow = 'external'
      powerCycle(live, name)
      if (wasVictim) fenced(live, name, 'external')
      resolve(true)
    })
  })
}
