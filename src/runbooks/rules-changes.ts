import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { RISKS, type Risk } from './schema.ts'
import { keyNode, type Span, spanOf, textNode, valueNode } from './yaml-nodes.ts'

/** Changes stand behind an approval, happen at most once, and are not more dangerous than the runbook says. */
export function changeProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap((step, index) => [
    ...(isChange(step) ? ofChange(draft, step, index) : ofReading(draft, step)),
    ...missingUndo(draft, step, index),
  ])
}

export function isChange(step: DraftStep): boolean {
  return step.kind === 'copy' || step.raw['change'] !== undefined
}

/** A file that is put in place is a disruptive change unless it says more. */
function riskOf({ kind, raw }: DraftStep): unknown {
  return raw['change'] ?? (kind === 'copy' ? 'disruptive' : undefined)
}

export function keySpan(step: DraftStep, key: string): Span {
  return spanOf(keyNode(step.node, key) ?? step.node)
}

function ofChange(draft: Draft, step: DraftStep, index: number): readonly Problem[] {
  const repeated = ['retries', 'delay'].filter(key => key in step.raw)
  return [
    ...notApproved(draft, step, index),
    ...riskier(draft, step),
    ...repeated.map(key =>
      problemIn(draft.source, keySpan(step, key), {
        code: 'change-repeated',
        message: `A change happens at most once: it cannot have "${key}".`,
        next: 'Put a check or a wait before it instead.',
      }),
    ),
  ]
}

/** An approval that may be skipped protects only what is skipped with it. */
function notApproved(draft: Draft, step: DraftStep, index: number): readonly Problem[] {
  const gates = draft.steps.slice(0, index).filter(before => before.kind === 'approve')
  const conditions = [step.raw['if'], step.within?.raw['if']]
  if (gates.some(gate => gate.raw['if'] === undefined || conditions.includes(gate.raw['if']))) return []
  const message =
    gates.length === 0
      ? 'This change does not stand behind an approval.'
      : 'This change could run without an approval: the one before it is only asked for on a condition.'
  const next =
    gates.length === 0
      ? 'Put a step like - approve: "…" before it.'
      : 'Give it the same if, or take the if from the approval.'
  const key = 'change' in step.raw ? 'change' : step.kind
  return [problemIn(draft.source, keySpan(step, key), { code: 'change-without-approval', message, next })]
}

function riskier(draft: Draft, step: DraftStep): readonly Problem[] {
  const risk = textNode(draft.root, 'risk')?.value
  const own = riskOf(step)
  if (!isRisk(risk) || !isRisk(own) || RISKS.indexOf(own) <= RISKS.indexOf(risk)) return []
  return [
    problemIn(draft.source, spanOf(valueNode(step.node, 'change') ?? keyNode(step.node, step.kind)), {
      code: 'risk',
      message: `This step is ${own}, but the runbook says its risk is ${risk}.`,
      next: `Write risk: ${own} at the top.`,
    }),
  ]
}

function isRisk(value: unknown): value is Risk {
  return RISKS.some(risk => risk === value)
}

function ofReading(draft: Draft, step: DraftStep): readonly Problem[] {
  if (step.kind !== 'run') return []
  return ['undo', 'leaves']
    .filter(key => key in step.raw)
    .map(key =>
      problemIn(draft.source, keySpan(step, key), {
        code: 'not-a-change',
        message: `"${key}" belongs to a change, and this step changes nothing.`,
        next: 'If it does change something, write change: disruptive or change: destructive.',
      }),
    )
}

function missingUndo(draft: Draft, step: DraftStep, index: number): readonly Problem[] {
  if (step.raw['on-failure'] !== 'undo') return []
  if (draft.steps.slice(0, index + 1).some(before => before.raw['undo'] !== undefined)) return []
  return [
    problemIn(draft.source, spanOf(valueNode(step.node, 'on-failure')), {
      code: 'nothing-to-undo',
      message: 'Neither this step nor one before it says how it is undone.',
      next: 'Give the change an undo.',
    }),
  ]
}
