import type { ClusterStatus } from '../../src/clusters/status.ts'
import type { Problem } from '../../src/problem.ts'
import type { Plan } from '../../src/runbooks/plan.ts'
import { createBench } from '../support/run-bench.ts'
import { pvfsStatus } from '../support/statuses.ts'

export const before = pvfsStatus()

/** What the planner makes of words over a status. */
export async function planned(
  text: string,
  status: ClusterStatus = before,
  more: Parameters<typeof createBench>[0] = {},
) {
  const bench = await createBench(more)
  bench.status.say(status)
  const run = await bench.request(text)
  const event = await bench.worker.planner.plan(await bench.state(run), new AbortController().signal)
  return event.type === 'planned' ? { plan: event.plan, digest: event.digest, problems: [] } : refusedOf(event)
}

function refusedOf(event: { type: string; problems?: readonly Problem[] }) {
  return { plan: undefined, digest: '', problems: event.problems ?? [] }
}

export async function planOf(...asked: Parameters<typeof planned>): Promise<Plan> {
  const { plan, problems } = await planned(...asked)
  if (!plan) throw new Error(JSON.stringify(problems))
  return plan
}

export function stepOf<K extends Plan['steps'][number]['kind']>(plan: Plan, id: string, kind: K) {
  const found = plan.steps.find(step => step.id === id)
  if (found?.kind !== kind) throw new Error(`no ${kind} ${id}`)
  return found as Extract<Plan['steps'][number], { kind: K }>
}
