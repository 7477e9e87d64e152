import { suggest } from '../clusters/suggest.ts'
import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { durationText } from './duration.ts'
import { keySpan } from './rules-changes.ts'
import type { Complaint } from './source-text.ts'
import { spanOf, valueNode } from './yaml-nodes.ts'

/** What is measured is asked in the background from its `probe` on: by the same worker, and by nobody else. */
export function probeProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap((step, index) => [
    ...(step.kind === 'probe' ? [...insideRolling(draft, step), ...outOfBounds(draft, step)] : []),
    ...(step.kind === 'measure' ? [...insideRolling(draft, step), ...badMeasure(draft, step, index)] : []),
  ])
}

function insideRolling(draft: Draft, step: DraftStep): readonly Problem[] {
  if (!step.within) return []
  const message = `A ${step.kind} cannot stand inside a rolling.`
  const next = 'Put the probe before the rolling, and its measure behind it.'
  return [problemIn(draft.source, keySpan(step, step.kind), { code: 'not-inside', message, next })]
}

const LEAST_EVERY_MS = 200
const MOST_TIMEOUT_MS = 10_000

function outOfBounds(draft: Draft, step: DraftStep): readonly Problem[] {
  const every = Number(step.fields?.['every'] ?? LEAST_EVERY_MS)
  const timeout = Number(step.fields?.['timeout'] ?? 0)
  const complain = (key: string, bound: string) =>
    problemIn(draft.source, spanOf(valueNode(step.node, key)), {
      code: 'bad-value',
      message: `"${key}" of a probe must be ${bound}.`,
    })
  return [
    ...(every > 0 && every < LEAST_EVERY_MS ? [complain('every', `${LEAST_EVERY_MS}ms at least`)] : []),
    ...(timeout > MOST_TIMEOUT_MS ? [complain('timeout', `${durationText(MOST_TIMEOUT_MS)} at most`)] : []),
  ]
}

/** The steps of the same list before this one count: what a used runbook asks is its own. */
function badMeasure(draft: Draft, step: DraftStep, index: number): readonly Problem[] {
  const wanted = step.fields?.['measure']
  if (typeof wanted !== 'string' || step.within) return []
  const before = draft.steps.slice(0, index)
  const complain = (complaint: Complaint) => [
    problemIn(draft.source, spanOf(valueNode(step.node, 'measure')), complaint),
  ]
  const from = before.findIndex(one => one.id === wanted && one.kind === 'probe' && !one.within)
  if (from < 0) return complain(noProbe(wanted, before))
  const between = before.slice(from + 1)
  if (between.some(one => one.kind === 'measure' && one.fields?.['measure'] === wanted))
    return complain({ code: 'measured-twice', message: `The probe "${wanted}" is measured already.`, next: ANOTHER })
  if (!between.some(one => one.kind === 'approve')) return []
  return complain({
    code: 'measure-across-approval',
    message: `An approval stands between the probe "${wanted}" and this: nobody asks on while people are waited for.`,
    next: 'Put the probe behind the approval.',
  })
}

const ANOTHER = 'Put another probe before this step.'

function noProbe(wanted: string, before: readonly DraftStep[]): Complaint {
  const probes = before.filter(one => one.kind === 'probe' && !one.within).map(one => one.id)
  const suggestion = suggest(wanted, probes)
  return {
    code: 'no-probe',
    message: `No probe with the id "${wanted}" stands above this step.`,
    ...(suggestion !== undefined && { suggestion }),
    next:
      probes.length > 0 ? `Above it there is ${probes.join(', ')}.` : 'Put a step like - probe: … before the change.',
  }
}
