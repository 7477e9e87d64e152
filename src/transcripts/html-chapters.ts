import { foldNames } from '../clusters/fold-names.ts'
import { durationText } from '../runbooks/duration.ts'
import type { StepOutcome } from '../runs/events.ts'
import type { Chapter, Scene, StepChapter } from './chronicle.ts'
import type { Outputs } from './gather.ts'
import { type Child, type ClassName, el, folded, type Markup, withColours } from './markup.ts'
import { momentLines } from './outage.ts'
import { type ShownOutput, shownOutput } from './shown-output.ts'
import { OUTCOME_MARK, recordLines, resultText } from './text-entries.ts'
import { clockText, offsetText } from './times.ts'
import { STEP_MARKS } from './view.ts'

/** What pages of chapters need besides them. */
export interface Telling {
  /** ms since the epoch: offsets are counted from here. */
  readonly from: number
  readonly outputs: Outputs
  /** Characters shown of each stream. */
  readonly limit: number
}

const COLOUR: Record<StepOutcome, ClassName> = {
  succeeded: 'good',
  warned: 'open',
  failed: 'bad',
  errored: 'bad',
  'timed-out': 'bad',
  unknown: 'open',
  cancelled: 'calm',
  skipped: 'calm',
}

/** So many checks in a row that hold are folded into one line. */
const FOLD_FROM = 3

/** The chapters as items of a list; checks that hold one after the other stand folded together. */
export function chapterItems(chapters: readonly Chapter[], telling: Telling): Markup[] {
  const items: Markup[] = []
  let quiet: StepChapter[] = []
  const endRow = () => {
    const row = quiet
    quiet = []
    if (row.length >= FOLD_FROM) return [el('li', '', checksHold(row, telling))]
    return row.map(step => el('li', '', stepLine(step, telling)))
  }
  for (const chapter of chapters) {
    if (chapter.kind === 'step' && isQuiet(chapter)) quiet.push(chapter)
    else items.push(...endRow(), el('li', '', chapterOf(chapter, telling)))
  }
  return [...items, ...endRow()]
}

/** A check that holds: it has nothing to show but itself. */
function isQuiet(step: StepChapter): boolean {
  if (step.outcome !== 'succeeded' || step.reason !== '') return false
  return step.scenes.length === 0 && step.hosts.length === 0
}

function checksHold(steps: readonly StepChapter[], telling: Telling): Markup {
  const summary = [
    el('span', 'when', timeText(steps[0]?.at ?? telling.from, telling)),
    el('span', ['mark', 'good'], STEP_MARKS.done),
    el('span', 'what', `${steps.length} checks hold`),
  ]
  return folded(false, 'checks', summary, el('ul', '', ...steps.map(step => el('li', '', stepLine(step, telling)))))
}

function chapterOf(chapter: Chapter, telling: Telling): Child {
  if (chapter.kind === 'step') return stepOf(chapter, telling)
  return [
    el(
      'div',
      'row',
      el('span', 'when', timeText(chapter.at, telling)),
      el('span', 'label', chapter.label),
      el('span', 'words', chapter.text),
    ),
    chapter.lines.length > 0 ? el('div', 'quote', chapter.lines.join('\n')) : undefined,
  ]
}

function timeText(at: number, { from }: Telling): string {
  return `${clockText(at)}  ${offsetText(at - from)}`
}

function stepLine(step: StepChapter, telling: Telling): Markup {
  return el('div', 'row', ...headOf(step, telling))
}

function headOf(step: StepChapter, telling: Telling): Child[] {
  const { outcome, name, again, change, hosts, durationMs } = step
  const notes = [again ? 'again, after the approval' : '', change ? `${change} change` : '', foldNames(hosts)].filter(
    Boolean,
  )
  return [
    el('span', 'when', timeText(step.at, telling)),
    el('span', ['mark', outcome ? COLOUR[outcome] : 'open'], outcome ? OUTCOME_MARK[outcome] : STEP_MARKS.running),
    el('span', 'what', name),
    el('span', 'where', notes.join(' · ')),
    el(
      'span',
      'took',
      outcome ? `${outcome === 'succeeded' ? '' : `${outcome} in `}${durationText(durationMs)}` : 'not ended',
    ),
  ]
}

/** Changes, what was measured, and whatever did not go well are open: that is what a reader came for. */
function stepOf(step: StepChapter, telling: Telling): Markup {
  const isOpen = step.change !== undefined || step.outcome !== 'succeeded' || step.moments.length > 0
  return folded(
    isOpen,
    'step',
    headOf(step, telling),
    step.reason ? el(step.reason.includes('\n') ? 'pre' : 'p', 'why', step.reason) : undefined,
    step.expression ? el('pre', 'source', step.expression) : undefined,
    step.source ? el('pre', 'source', step.source) : undefined,
    step.values.length > 0 ? el('p', 'dim', 'with ', el('code', '', step.values.join(' '))) : undefined,
    ...step.scenes.map(scene => sceneOf(scene, telling)),
    step.moments.length > 0 ? el('pre', 'out', momentLines(step.moments).join('\n')) : undefined,
  )
}

function sceneOf(scene: Scene, telling: Telling): Child {
  if (scene.kind === 'progress') return el('p', 'dim', `${timeText(scene.at, telling)}  ${scene.text}`)
  const { events } = scene
  const hosts = foldNames(events.map(({ host }) => host))
  if (scene.kind === 'began') {
    const [first] = scene.events
    const operation = first.bundle === undefined ? '' : ` · operation ${first.operation}`
    const attempt = first.attempt > 1 ? ` · attempt ${first.attempt}` : ''
    return operation + attempt === ''
      ? undefined
      : el('p', 'dim', `${timeText(scene.at, telling)}  sent to ${hosts}${attempt}${operation}`)
  }
  const [first] = scene.events
  const { outputs, limit } = telling
  const streams = [
    outputOf('out', shownOutput(first.stdout, outputs, limit)),
    outputOf('err', shownOutput(first.stderr, outputs, limit)),
  ]
  return [
    el(
      'p',
      '',
      el('span', 'whose', hosts),
      `: ${resultText(scene.events)}${first.stdout || first.stderr ? '' : ' · no output'}`,
    ),
    ...streams,
    ...recordLines(first).map(line => el('p', 'dim', line)),
  ]
}

function outputOf(name: 'out' | 'err', shown: ShownOutput | undefined): Child {
  if (!shown) return undefined
  const more = shown.more === '' ? [] : ['\n', el('span', 'dim', shown.more), '\n', withColours(shown.tail.join('\n'))]
  return el('pre', name, withColours(shown.lines.join('\n')), more)
}
