import { bad, good, type Problem, type Result } from '../problem.ts'
import { allSteps } from './all-steps.ts'
import { inputCelTypes } from './expression-types.ts'
import { clusterFunctions } from './expression-values.ts'
import { factsOf } from './facts.ts'
import { fillCommand, quoted } from './fill-command.ts'
import { Plan, type PlannedStep } from './plan.ts'
import { beforeGates } from './plan-copy.ts'
import { planSteps } from './plan-list.ts'
import { planTitle } from './plan-title.ts'
import { cannotPlan, type Planning, type PlanRequest } from './planning.ts'
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
    runbook,
    inputs: request.inputs,
    scope: { inputs: inputCelTypes(runbook.inputs), steps: allSteps(runbook).map(step => step.id) },
  }
  const overridable = request.overrides.flatMap(({ step }) => notOverridable(loaded, step))
  const planned = planSteps(runbook.steps, planning)
  const problems = [
    ...overridable,
    ...(planned.ok ? planned.value.flatMap(step => tooLong(request, step)) : planned.problems),
  ]
  if (!planned.ok || problems.length > 0) return bad(...eachOnce(problems))
  const uses = usedRunbooks(request, planned.value)
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
      ...(uses.length > 0 && { uses }),
      command: canonicalCommand(request),
      requester: request.requester,
      inputs: request.inputs,
      title: planTitle(runbook, request.inputs, status),
      because: request.because,
      steps: beforeGates(planned.value),
      facts: factsOf(status),
      hostKeys: request.hostKeys,
      timeoutMs: runbook.timeoutMs,
    }),
  )
}

/** What many steps lack is said once: a node that would carry them out. */
function eachOnce(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [problem.message, problem])).values()]
}

/** Each used runbook once, with its text: what a run was made of is kept, whatever the files say later. */
function usedRunbooks(request: PlanRequest, steps: readonly PlannedStep[]): NonNullable<Plan['uses']> {
  const names = new Set(steps.flatMap(({ scope }) => (scope?.use ? [scope.use.runbook] : [])))
  return [...names].flatMap(name => {
    const used = request.runbookOf(name)
    return used ? [{ name, version: used.runbook.version, sha256: used.sha256, text: used.text }] : []
  })
}

/** What a node takes as the name of an operation (docs/node-runner.md). */
const LONGEST_OPERATION = 200

function tooLong({ run }: PlanRequest, step: PlannedStep): Problem[] {
  if (step.kind !== 'run') return []
  const longest = Math.max(...step.hosts.map(host => `${run}-${step.id}-${host}-1`.length))
  if (longest <= LONGEST_OPERATION) return []
  return [cannotPlan(step.id, 'together with the names of its nodes its id is too long; give it a shorter one')]
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
