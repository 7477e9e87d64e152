import type { Runbook, Step } from './schema.ts'

/** Every step of a runbook in reading order, those inside a `rolling` behind it. */
export function allSteps({ steps }: Pick<Runbook, 'steps'>): readonly Step[] {
  return steps.flatMap(step => [step, ...(step.kind === 'rolling' ? allSteps(step) : [])])
}

/** The same with those of the runbooks that it uses, each once; `runbookOf` finds one by its name. */
export function stepsWithUsed(
  runbook: Runbook,
  runbookOf: (name: string) => Runbook | undefined,
  seen = new Set<string>(),
): readonly Step[] {
  if (seen.has(runbook.name)) return []
  seen.add(runbook.name)
  return allSteps(runbook).flatMap(step => {
    const used = step.kind === 'use' ? runbookOf(step.use) : undefined
    return [step, ...(used ? stepsWithUsed(used, runbookOf, seen) : [])]
  })
}

/** Whether a step changes something by itself: a file that is put in place does. */
export function isChanging(step: Step): boolean {
  return step.kind === 'copy' || (step.kind === 'run' && step.change !== undefined)
}
