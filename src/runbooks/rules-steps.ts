import { isMap, type Scalar } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { patternOf } from './input-types.ts'
import { RUNBOOK_NAME_PATTERN } from './schema.ts'
import { isText, itemNodes, keyNode, spanOf, textNode, valueNode } from './yaml-nodes.ts'

/** The smaller rules about single steps. */
export function stepProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap(step => [
    ...noTime(draft, step),
    ...templateElsewhere(draft, step),
    ...badUndo(draft, step),
    ...badComparison(draft, step),
    ...backupBeside(draft, step),
  ])
}

function badComparison(draft: Draft, step: DraftStep): readonly Problem[] {
  const compare = valueNode(step.node, 'compare')
  if (!isMap(compare)) return []
  const isOne = (keyNode(compare, 'file') === undefined) !== (keyNode(compare, 'command') === undefined)
  const nothing = problemIn(draft.source, spanOf(keyNode(step.node, 'compare')), {
    code: 'bad-value',
    message: 'What is compared is either a file or what a command prints.',
    next: 'Write compare: { file: /path } or compare: { command: "…" }.',
  })
  // Each must be readable as a regular expression: to be told so at night, by a run, would be late.
  const unreadable = itemNodes(valueNode(compare, 'ignore')).filter(isText).filter(isUnreadable)
  const complaint = { code: 'bad-value', message: 'This is not a regular expression.' }
  return [...(isOne ? [] : [nothing]), ...unreadable.map(node => problemIn(draft.source, spanOf(node), complaint))]
}

function isUnreadable({ value }: Scalar<string>): boolean {
  return patternOf(value) === undefined
}

/** Daemons read whole folders: a second file beside the first may take effect as well. */
function backupBeside(draft: Draft, step: DraftStep): readonly Problem[] {
  const copy = valueNode(step.node, 'copy')
  const [to, backup] = [textNode(copy, 'to'), textNode(copy, 'backup')]
  if (!to || !backup) return []
  const folder = to.value.slice(0, to.value.lastIndexOf('/') + 1)
  if (folder === '/' || !`${backup.value}/`.startsWith(folder)) return []
  return [
    problemIn(draft.source, spanOf(backup), {
      code: 'bad-value',
      message: `What was there before would be kept below ${folder}, where programs may take it for one of their files.`,
      next: 'Name a folder elsewhere, like /var/backups/ha-bot.',
    }),
  ]
}

const DURATIONS = ['timeout', 'every', 'within', 'most']

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
