import type { Problem } from '../problem.ts'
import type { Draft } from './draft.ts'
import { changeProblems } from './rules-changes.ts'
import { commandProblems } from './rules-command.ts'
import { inputProblems } from './rules-inputs.ts'
import { laterProblems } from './rules-later.ts'
import { probeProblems } from './rules-probes.ts'
import { rollingProblems } from './rules-rolling.ts'
import { scriptProblems } from './rules-scripts.ts'
import { stepProblems } from './rules-steps.ts'

/** What no schema can say: how the parts of a runbook must fit together. */
export function ruleProblems(draft: Draft): readonly Problem[] {
  const all = [
    changeProblems,
    scriptProblems,
    stepProblems,
    rollingProblems,
    probeProblems,
    inputProblems,
    commandProblems,
    laterProblems,
  ]
  return all.flatMap(rules => rules(draft))
}
