import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { RUNBOOK_NAME_PATTERN } from './schema.ts'
import { keyNode, spanOf, textNode, valueNode } from './yaml-nodes.ts'

/** The smaller rules about single steps. */
export function stepProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap(step => [
    ...noTime(draft, step),
    ...templateElsewhere(draft, step),
    ...badUndo(draft, step),
  ])
}

const DURATIONS = ['timeout', 'every', 'within']

function noTime(draft: Draft, step: DraftStep): readonly Problem[] {
  return DURATIONS.filter(key => step.fields?.[key] === 0).map(key =>
    problemIn(draft.source, spanOf(valueNode(step.node, key)), {
      code: 'bad-value',
      message: `"${key}" must be longer than nothing.`,
    }),
  )
}

function templateElsewhere(draft: Draft, step: DraftStep): readonly Problem[] {
  const name = textNode(step.node, 'name')
  if (!name?.value.includes('${{')) return []
  return [
    problemIn(draft.source, spanOf(name), {
      code: 'template-elsewhere',
      message: 'A name is shown as it is; ${{ }} is filled in only in the text of an approval.',
    }),
  ]
}

function badUndo(draft: Draft, step: DraftStep): readonly Problem[] {
  const undo = valueNode(step.node, 'undo')
  const use = textNode(undo, 'use')
  if (!use || RUNBOOK_NAME_PATTERN.test(use.value)) return []
  return [
    problemIn(draft.source, spanOf(use ?? keyNode(step.node, 'undo')), {
      code: 'bad-name',
      message: `"${use.value}" is not the name of a runbook: a-z, 0-9 and -.`,
    }),
  ]
}
