import { type Live, type LiveService, move, nodeOf, passed, runners, STATE } from '../live.ts'
import { DURATIONS } from './durations.ts'
import { releaseStorage, takeStorage } from './storage.ts'

/** What rgmanager says of a request; clusvcadm exits with it (ha-stacks.md §7). */
export const ANSWER = {
  success: 0,
  failure: 255,
  aborted: 254,
  noService: 252,
  again: 250,
  invalid: 248,
  quorum: 247,
  frozen: 245,
  fencing: 243,
  originalOwner: 239,
} as const
export type AnswerCode = (typeof ANSWER)[keyof typeof ANSWER]

/** Stops it where it runs. A stop that fails leaves the service failed, and what it holds where it is. */
export async function stopService(live: Live, service: LiveService): Promise<boolean> {
  const { owner } = service
  move(live, service, STATE.stopping, owner)
  const fault = live.faults.stops.get(service.layout.fullName)
  if (fault === 'hangs') return await new Promise(() => undefined)
  await passed(live, DURATIONS.stopMs)
  if (!nodeOf(live, owner).rgmanager) return false
  if (fault === 'fails') {
    move(live, service, STATE.failed, '')
    return false
  }
  releaseStorage(live, service.layout, owner)
  move(live, service, STATE.stopped, '')
  await passed(live, DURATIONS.betweenMs)
  return true
}

/** Starts it on a node; what could not be started is stopped there again and waits in `recovering`. */
export async function startService(live: Live, service: LiveService, node: string): Promise<boolean> {
  move(live, service, STATE.starting, node)
  await passed(live, DURATIONS.startMs)
  if (!nodeOf(live, node).rgmanager) return false
  if (live.faults.starts.has(`${service.layout.fullName}@${node}`)) {
    move(live, service, STATE.recovering, node)
    await passed(live, DURATIONS.betweenMs)
    return false
  }
  takeStorage(live, service.layout, node)
  move(live, service, STATE.started, node)
  return true
}

/** The nodes that may run it, best first. */
export function placesFor(live: Live, service: LiveService): readonly string[] {
  return service.layout.order.filter(name => runners(live).some(node => node.name === name))
}

/** Away from its node: to the one that is named, else to the best; back where it was when nobody can start it. */
export async function relocate(live: Live, service: LiveService, target: string): Promise<AnswerCode> {
  const from = service.owner
  if (!(await stopService(live, service))) return ANSWER.aborted
  const astray = live.faults.astray.get(service.layout.fullName)
  const wanted = astray ?? target
  const others = placesFor(live, service).filter(name => name !== from && name !== wanted)
  const places = wanted === '' ? others : [...placesFor(live, service).filter(name => name === wanted), ...others]
  for (const place of places) if (await startService(live, service, place)) return ANSWER.success
  if (await startService(live, service, from)) return ANSWER.originalOwner
  move(live, service, STATE.recoverable, '')
  return ANSWER.failure
}

/** Its node is gone and known to be off: it starts where it can. */
export async function recover(live: Live, service: LiveService): Promise<void> {
  move(live, service, STATE.recovering, service.owner)
  await passed(live, DURATIONS.betweenMs)
  for (const place of placesFor(live, service)) if (await startService(live, service, place)) return
  move(live, service, STATE.stopped, '')
}

/** A node can run services now: what waits for one starts, and what belongs there comes back (ha-stacks.md §9.5). */
export async function considerStarts(live: Live, node: string): Promise<void> {
  for (const service of live.services.filter(each => !each.frozen)) {
    const [best] = placesFor(live, service)
    if (service.state === STATE.stopped && best !== undefined) await startService(live, service, best)
    else if (service.state === STATE.started && service.layout.failback && best === node && service.owner !== node)
      await relocate(live, service, node)
  }
}
