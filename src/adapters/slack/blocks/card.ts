import { stopwatchText } from '../../../transcripts/times.ts'
import { MARKS, type RunAction, type RunView } from '../../../transcripts/view.ts'
import { cut, jsonBytes, LIMITS } from '../limits.ts'
import { buttons } from './buttons.ts'
import { commandParts, commandsHeadline } from './commands.ts'
import { factParts } from './facts.ts'
import { problemParts } from './problems.ts'
import { type Block, bold, line, type Message, moment, type RichPart, rich, words } from './rich.ts'
import { escaped, shown } from './shown.ts'
import { type StepsDetail, stepParts } from './steps.ts'
import { counted } from './words.ts'

interface Detail {
  readonly steps: StepsDetail
  /** Characters of each command; 0 names them only. */
  readonly command: number
  /** Characters of a line, and lines of a list. */
  readonly width: number
  readonly lines: number
  readonly facts: number
}

/** From everything to what fits whatever a run holds: first outputs go, then details, then old steps are folded. */
const DETAILS: readonly Detail[] = [
  { steps: { tail: 1_200, width: 400, lines: 30 }, command: 1_200, width: 600, lines: 20, facts: 12 },
  { steps: { tail: 400, width: 300, lines: 30 }, command: 500, width: 400, lines: 12, facts: 12 },
  { steps: { tail: 0, width: 300, lines: 30 }, command: 300, width: 400, lines: 12, facts: 12 },
  { steps: { tail: 0, width: 200, lines: 30 }, command: 0, width: 300, lines: 8, facts: 12 },
  { steps: { tail: 0, width: 160, lines: 10 }, command: 0, width: 200, lines: 5, facts: 10 },
  { steps: { tail: 0, width: 60, lines: 6 }, command: 0, width: 80, lines: 2, facts: 4 },
]

/** The one message of a run (how-it-reads.md), as much of it as a message holds. */
export function card(view: RunView, only?: readonly RunAction[]): Message {
  const drawings = DETAILS.map(detail => () => draw(view, detail, only))
  return { text: headline(view), blocks: firstThatFits(drawings) }
}

/** The last drawing is returned even if it is too long; `DETAILS` ends with one that cannot be. */
function firstThatFits(drawings: readonly (() => Block[])[]): Block[] {
  let blocks: Block[] = []
  for (const drawing of drawings) {
    blocks = drawing()
    if (jsonBytes(blocks) <= LIMITS.messageBytes) return blocks
  }
  return blocks
}

/** `⏸ Failover server2 · node3 → node5 · #42 on pvfs`, for notifications; Slack reads markup here. */
export function headline(view: RunView): string {
  return cut(escaped(`${MARKS[view.mark]} ${view.title} · #${view.number} on ${view.cluster}`), LIMITS.messageText)
}

function draw(view: RunView, detail: Detail, only: readonly RunAction[] | undefined): Block[] {
  const planned = view.mark === 'planning' || view.mark === 'waiting'
  return [
    header(view),
    ...rich([about(view, detail), ...warnings(view, detail), ...notes(view, detail), ...ending(view, detail)]),
    ...rich(problemParts(view.problems.slice(0, detail.lines), detail.width)),
    ...rich([...(planned ? facts(view, detail) : []), ...(planned ? commands(view, detail) : [])]),
    ...rich([...decisions(view, detail), ...(showsSteps(view) ? stepParts(view.steps, detail.steps) : [])]),
    ...rich(question(view)),
    ...buttons(view, only),
  ]
}

export function header(view: RunView): Block {
  const text = cut(shown(`${MARKS[view.mark]} ${view.title}`).replace(/\s+/g, ' '), LIMITS.headerText)
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } }
}

function about(view: RunView, detail: Detail): RichPart {
  const planned = view.mark === 'planning' || view.mark === 'waiting'
  const elapsed = planned ? '' : ` · ${stopwatchText(view.elapsedMs)}`
  const asked = cut(view.asked, Math.min(detail.width, 300))
  return line(
    bold(`#${view.number} · ${cut(view.cluster, 80)}${elapsed}`),
    words(`\n${asked} · `),
    moment(view.askedAt),
  )
}

function warnings(view: RunView, detail: Detail): RichPart[] {
  const shownWarnings = view.warnings.slice(0, detail.lines)
  const more = view.warnings.length - shownWarnings.length
  const lines = shownWarnings.map(warning => `⚠ ${cut(warning, detail.width)}`)
  return [...lines, ...(more > 0 ? [`⚠ ${counted(more, 'more warning')}: see Details`] : [])].map(text =>
    line(bold(text)),
  )
}

/** What people want that is not done yet, and what is known of an unknown outcome: before anything else. */
function notes(view: RunView, detail: Detail): RichPart[] {
  return [
    ...some(view.notes, detail).map(text => line(bold(text))),
    ...some(view.evidence, detail).map(text => line(words(text))),
  ]
}

function ending(view: RunView, detail: Detail): RichPart[] {
  const { lines = [], next = [] } = view.ending ?? {}
  const said = some(lines, detail).map(text => line(words(text)))
  const todo = some(next, detail).map((text, at) => line(bold(at === 0 ? 'next: ' : '      '), words(text)))
  return [...said, ...todo]
}

function facts(view: RunView, detail: Detail): RichPart[] {
  return view.facts.slice(0, detail.facts).flatMap(fact => factParts(fact.label, some(fact.lines, detail)))
}

function commands(view: RunView, detail: Detail): RichPart[] {
  if (view.commands.length === 0) return []
  const head = line(bold('Commands'), words(`  ${cut(commandsHeadline(view.commands), 200)}`))
  if (detail.command === 0) return [head, line(words('  Details shows every command in full.'))]
  return [head, ...view.commands.flatMap(command => commandParts(command, detail.command))]
}

function decisions(view: RunView, detail: Detail): RichPart[] {
  return some(view.decisions, detail).map(text => line(words(text)))
}

/** Steps matter while they go and when they did not go well; when all went well the thread has them. */
function showsSteps(view: RunView): boolean {
  if (['running', 'failed', 'unknown'].includes(view.mark)) return true
  return view.mark === 'stopped' && view.steps.some(step => ['failed', 'unknown', 'stopped'].includes(step.mark))
}

function question(view: RunView): RichPart[] {
  const gate = view.gate
  if (!gate || !view.actions.includes('approve')) return []
  const agreed = gate.count > 1 ? `${gate.approved} of ${gate.count} agreed · ` : ''
  return [line(words(`${agreed}open until `), moment(gate.expiresAt), words(' · nothing runs before it is approved'))]
}

function some(lines: readonly string[], detail: Detail): string[] {
  const kept = lines.slice(0, detail.lines).map(text => cut(text, detail.width))
  return lines.length > kept.length ? [...kept, `… and ${lines.length - kept.length} more: see Details`] : kept
}
