import { unresolved } from '../runs/changes.ts'
import { releaseHeld } from '../runs/closing.ts'
import { Course, type EnginePorts, type LegSurroundings } from '../runs/course.ts'
import type { RunEvent } from '../runs/events.ts'
import { holdsCluster } from '../runs/holds-cluster.ts'
import type { RunState } from '../runs/state.ts'
import { changeOn } from '../runs/steps/change.ts'

/** A node that does not answer by then is left as it is: a person has looked and wants the cluster free. */
const PATIENCE_MS = 10_000

/** Somebody has looked at a run of unknown outcome and wants it over: what may still begin or go on is ended first, then the cluster is free. */
export async function* freeCluster(
  ports: EnginePorts,
  run: RunState,
  leg: LegSurroundings,
): AsyncGenerator<RunEvent, void> {
  yield* endUnresolved(ports, run, leg)
  if (!holdsCluster(run)) return
  await ports.leases.release(run.lease.cluster, run.run, run.lease.epoch)
  yield* releaseHeld(run)
}

/**
 * Sees to it, as far as nodes answer, that nothing of this run begins any more or goes on: what a node has no record of it will refuse,
 * what runs is ended, and what had ended is told.
 */
export async function* endUnresolved(
  ports: EnginePorts,
  run: RunState,
  leg: LegSurroundings,
): AsyncGenerator<RunEvent, void> {
  if (!run.plan) return
  const course = new Course(run, run.plan, ports, { ...leg, stop: AbortSignal.abort('the run was given up') })
  for (const { step, host } of unresolved(run)) {
    const done = await changeOn(step, course, host, { mode: 'settle', patienceMs: PATIENCE_MS })
    if (!done) return
    yield done
  }
}
