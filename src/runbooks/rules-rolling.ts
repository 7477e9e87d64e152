import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { keySpan } from './rules-changes.ts'
import { keyNode, spanOf, textNode, valueNode } from './yaml-nodes.ts'

/** A rolling goes to one node after the other, was approved as a whole, and ends at the first failure. */
export function rollingProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap(step => [
    ...(step.kind === 'rolling' ? manyAtOnce(draft, step) : []),
    ...(step.within ? [...nested(draft, step), ...wrongInside(draft, step)] : []),
  ])
}

function manyAtOnce(draft: Draft, step: DraftStep): readonly Problem[] {
  const rolling = valueNode(step.node, 'rolling')
  const serial = valueNode(rolling, 'serial')
  const anyHost = textNode(rolling, 'hosts')
  return [
    ...(serial && Number(serial.toString()) !== 1
      ? [
          problemIn(draft.source, spanOf(keyNode(rolling, 'serial')), {
            code: 'later-key',
            message: 'A rolling goes to one node at a time; more come with a later version of ha-bot.',
            next: 'Write serial: 1, or leave it out.',
          }),
        ]
      : []),
    ...(anyHost?.value === 'any'
      ? [
          problemIn(draft.source, spanOf(anyHost), {
            code: 'bad-value',
            message: 'A rolling goes to one node after the other; any is one node.',
            next: 'Write all, or an expression that gives names.',
          }),
        ]
      : []),
  ]
}

const NOT_INSIDE: Readonly<Record<string, readonly [message: string, next: string]>> = {
  approve: [
    'An approval cannot stand inside a rolling: all nodes are approved together.',
    'Put it before the rolling.',
  ],
  rolling: ['A rolling cannot stand inside another one.', 'Put its steps here.'],
}

function nested(draft: Draft, step: DraftStep): readonly Problem[] {
  const [message, next] = NOT_INSIDE[step.kind] ?? []
  if (message === undefined || next === undefined) return []
  return [problemIn(draft.source, keySpan(step, step.kind), { code: 'not-inside', message, next })]
}

function wrongInside(draft: Draft, step: DraftStep): readonly Problem[] {
  const complain = (key: string, message: string, next: string) =>
    problemIn(draft.source, keySpan(step, key), { code: 'not-inside', message, next })
  return [
    ...(step.raw['on-failure'] === 'continue'
      ? [complain('on-failure', 'The first failure ends a rolling.', 'Leave it out.')]
      : []),
    ...(step.raw['overridable'] === true
      ? [
          complain(
            'overridable',
            'A check inside a rolling cannot be overridden: it is made anew before each node.',
            'Leave it out, or put the check before the rolling.',
          ),
        ]
      : []),
  ]
}
