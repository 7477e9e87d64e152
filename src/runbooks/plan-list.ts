import { bad, good, type Problem, type Result } from '../problem.ts'
import type { PlannedStep } from './plan.ts'
import { planCopy } from './plan-copy.ts'
import { planRolling } from './plan-rolling.ts'
import { planStep } from './plan-steps.ts'
import { planUse } from './plan-use.ts'
import type { Planning, PlanSteps } from './planning.ts'
import type { Step } from './schema.ts'

/** All steps with everything filled in, and everything that keeps them from being. */
export const planSteps: PlanSteps = (steps, planning) => {
  const planned: PlannedStep[] = []
  const problems: Problem[] = []
  for (const step of steps) {
    const result = planOne(step, planning)
    if (result.ok) planned.push(...result.value)
    else problems.push(...result.problems)
  }
  return problems.length > 0 ? bad(...problems) : good(planned)
}

function planOne(step: Step, planning: Planning): Result<readonly PlannedStep[]> {
  if (step.kind === 'rolling') return planRolling(step, planning, planSteps)
  if (step.kind === 'use') return planUse(step, planning, planSteps)
  if (step.kind === 'copy') return planCopy(step, planning)
  const planned = planStep(step, planning)
  return planned.ok ? good([planned.value]) : planned
}
