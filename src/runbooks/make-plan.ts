import { bad, good, type Problem, type Result } from '../problem.ts'
import { inputCelTypes } from './expression-types.ts'
import { clusterFunctions } from './expression-values.ts'
import { factsOf } from './facts.ts'
import { fillCommand, quoted } from './fill-command.ts'
import { Plan, type PlannedStep } from './plan.ts'
import { planStep } from './plan-steps.ts'
import { planTitle } from './plan-title.ts'
import type { Planning, PlanRequest } from './planning.ts'
import type { LoadedRunbook } from './schema.ts'

/**
 * A plan: the runbook with every host, script, value, time limit and undo filled in from one status. Pure: the same request gives the
 * same plan. Problems are for the requester; nothing was changed when there are any.
 */
export function makePlan(request: PlanRequest): Result<Plan> {
  const { loaded, status, cluster } = request
  const { runbook } = loaded
  const planning: Planning = {
    request,
    functions: clusterFunctions(status, cluster),
    scope: { inputs: inputCelTypes(runbook.inputs), steps: runbook.steps.map(step => step.id) },
  }
  const steps: PlannedStep[] = []
  const problems: Problem[] = request.overrides.flatMap(({ step }) => notOverridable(loaded, step))
  for (const step of runbook.steps) {
    const planned = planStep(step, planning)
    if (planned.ok) steps.push(planned.value)
    else problems.push(...planned.problems)
  }
  if (problems.length > 0) return bad(...problems)
  return good(
    Plan.parse({
      format: 1,
      run: request.run,
      cluster: cluster.name,
      stack: cluster.stack,
      runbook: {
        name: runbook.name,
        version: runbook.version,
        summary: runbook.summary,
        risk: runbook.risk,
        sha256: loaded.sha256,
        text: loaded.text,
      },
      command: canonicalCommand(request),
      requester: request.requester,
      inputs: request.inputs,
      title: planTitle(runbook, request.inputs, status),
      because: request.because,
      steps,
      facts: factsOf(status),
      hostKeys: request.hostKeys,
      timeoutMs: runbook.timeoutMs,
    }),
  )
}

/** The desk has said so already; but a request is only believed when it is looked at here. */
function notOverridable({ runbook }: LoadedRunbook, id: string): Problem[] {
  if (runbook.steps.some(step => step.kind === 'check' && step.id === id && step.overridable)) return []
  return [
    {
      code: 'not-overridable',
      message: `${runbook.name} has no overridable step "${id}".`,
      stillTrue: 'Nothing was changed.',
    },
  ]
}

/** What was meant, written out: `failover server2 to node5 on pvfs`. */
function canonicalCommand({ loaded, inputs, cluster, overrides }: PlanRequest): string {
  const command = fillCommand(loaded.runbook.command, inputs)
  return [
    command,
    ...overrides.map(({ step, reason }) => `override ${step} because ${quoted(reason)}`),
    `on ${cluster.name}`,
  ].join(' ')
}
