import { durationText } from '../../../runbooks/duration.ts'
import { STEP_MARKS, type StepView } from '../../../transcripts/view.ts'
import { cut, cutHead } from '../limits.ts'
import { bold, line, preformatted, type RichPart, words } from './rich.ts'

/** How much of a step list is shown; a card that would be too long is drawn again with less. */
export interface StepsDetail {
  /** Characters of output under a step that ended badly; 0 for none. */
  readonly tail: number
  /** Characters of one line. */
  readonly width: number
  /** Steps shown one by one; older ones that went well are folded into one line. */
  readonly lines: number
}

export function stepParts(steps: readonly StepView[], detail: StepsDetail): RichPart[] {
  const { folded, open } = fold(steps, detail.lines)
  const head = folded > 0 ? [line(words(`steps 1-${folded} ${STEP_MARKS.done}`))] : []
  const shownSteps = open.slice(0, detail.lines)
  const hidden = open.length - shownSteps.length
  const foot = hidden > 0 ? [line(words(`… and ${hidden} more`))] : []
  return [...head, ...shownSteps.flatMap(step => oneStep(step, detail)), ...foot]
}

/** Leading steps that went well are folded, and only as many as it takes. */
function fold(steps: readonly StepView[], lines: number): { folded: number; open: readonly StepView[] } {
  if (steps.length <= lines) return { folded: 0, open: steps }
  const firstOpen = steps.findIndex(step => step.mark !== 'done' && step.mark !== 'skipped')
  const well = firstOpen < 0 ? steps.length : firstOpen
  const folded = Math.min(well, steps.length - lines + 1)
  return folded < 2 ? { folded: 0, open: steps } : { folded, open: steps.slice(folded) }
}

function oneStep(step: StepView, detail: StepsDetail): RichPart[] {
  const text = cut(stepLine(step), detail.width)
  const head = line(step.mark === 'running' ? bold(text) : words(text))
  return step.tail && detail.tail > 0 ? [head, preformatted(cutHead(step.tail, detail.tail))] : [head]
}

/** `✓ Move the group · node1 · 0.6 s · moved`. */
export function stepLine(step: StepView): string {
  const took = step.durationMs === undefined ? [] : [durationText(step.durationMs)]
  const parts = [step.name, ...(step.hosts ? [step.hosts] : []), ...took, ...(step.detail ? [step.detail] : [])]
  return `${STEP_MARKS[step.mark]} ${parts.join(' · ')}`
}
