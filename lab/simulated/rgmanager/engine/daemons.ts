import { announce, type Live, nodeOf, passed } from '../live.ts'
import { DURATIONS } from './durations.ts'
import { placesFor, relocate, stopService } from './services.ts'

/** rgmanager leaves: its services go to other nodes, or stop. Waits as long as that takes (ha-stacks.md §9.2). */
export async function stopRgmanager(live: Live, name: string): Promise<void> {
  const own = live.services.filter(service => service.owner === name && !service.frozen)
  for (const service of own) {
    const elsewhere = placesFor(live, service).some(place => place !== name)
    if (elsewhere) await relocate(live, service, '')
    else await stopService(live, service)
  }
  nodeOf(live, name).rgmanager = false
  announce(live)
}

export async function stopClvmd(live: Live, name: string): Promise<void> {
  await passed(live, DURATIONS.clvmdMs)
  nodeOf(live, name).clvmd = false
  live.ground.files(name).remove('/sys/kernel/dlm/clvmd')
  announce(live)
}

/** A node that says goodbye is not fenced. Whether it could: not while somebody still holds locks. */
export async function stopCman(live: Live, name: string): Promise<boolean> {
  const node = nodeOf(live, name)
  if (node.clvmd || node.rgmanager) return false
  await passed(live, DURATIONS.cmanMs)
  node.cman = false
  live.generation += 4
  announce(live)
  return true
}
