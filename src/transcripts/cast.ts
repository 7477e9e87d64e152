import type { RunRecord } from '../runs/state.ts'
import { asSgr, coloured } from './coloured.ts'
import type { Outputs } from './gather.ts'
import { limitEach } from './html.ts'
import { printable } from './printable.ts'
import { chainLine, closingLines, headLines } from './text.ts'
import { type Paragraph, paragraphs } from './text-entries.ts'
import { offsetText } from './times.ts'
import { STEP_MARKS } from './view.ts'

const COLUMNS = 110
const ROWS = 32
/** People are waited for, and groups take their time: a replay does not. */
const LONGEST_PAUSE_SECONDS = 2

/**
 * The run as a recording for asciinema players (asciicast v2): a line of JSON for the head, then one for each moment, in seconds since the
 * request by the journal's clock, with markers to jump to.
 */
export function castText(record: RunRecord, outputs: Outputs): string {
  const { state, entries } = record
  const head = {
    version: 2,
    width: COLUMNS,
    height: ROWS,
    timestamp: Math.floor(state.requestedAt / 1000),
    duration: seconds(state.updatedAt - state.requestedAt),
    idle_time_limit: LONGEST_PAUSE_SECONDS,
    title: printable(`#${state.number} ${state.plan?.title ?? state.request.text}`).replaceAll('\n', ' '),
  }
  const manner = { output: (text: string) => asSgr(coloured(text)), limit: limitEach(record) }
  const told = paragraphs(record, outputs, manner)
  const last = (entries.at(-1)?.at ?? state.requestedAt) - state.requestedAt
  const moments = [
    ...shown(0, [...headLines(state), '']),
    ...inOrder([...markers(record), ...told.flatMap(paragraph => momentOf(paragraph, state.requestedAt))]),
    ...shown(last, ['', ...closingLines(state), chainLine(state)].map(printable)),
  ]
  return [head, ...moments].map(line => `${JSON.stringify(line)}\n`).join('')
}

type Moment = readonly [seconds: number, kind: 'o' | 'm', text: string]

/** Where a player can jump to: gates, and the steps that do something or take their time. Checks are over before anybody looks. */
function markers({ entries, state }: RunRecord): Moment[] {
  return entries.flatMap(({ at, event }): Moment[] => {
    const time = seconds(at - state.requestedAt)
    if (event.type === 'gate-opened') return [[time, 'm', 'waits for approval']]
    if (event.type !== 'step-started') return []
    const step = state.plan?.steps.find(({ id }) => id === event.step)
    return step === undefined || step.kind === 'check' ? [] : [[time, 'm', printable(step.name).replaceAll('\n', ' ')]]
  })
}

/** By time; what was given first stays first. */
function inOrder(moments: readonly Moment[]): Moment[] {
  return [...moments].sort(([a], [b]) => a - b)
}

function momentOf({ at, lines: [first, ...rest] }: Paragraph, from: number): Moment[] {
  const time = at - from
  const dim = `\u001b[2m${offsetText(time).padStart(8)}\u001b[0m  `
  return shown(time, [`${dim}${painted(first)}`, ...rest.map(line => `          ${line}`)])
}

const MARKED = [
  [STEP_MARKS.done, '32'],
  [STEP_MARKS.failed, '31'],
  [STEP_MARKS.unknown, '33'],
  [STEP_MARKS.warned, '33'],
  ['▶', '1'],
] as const

/** The marks of steps in their colours. */
function painted(line: string): string {
  const code = MARKED.find(([mark]) => line.startsWith(mark))?.[1]
  return code === undefined ? line : `\u001b[${code}m${line}\u001b[0m`
}

function shown(time: number, lines: readonly string[]): Moment[] {
  return [
    [
      seconds(time),
      'o',
      lines
        .flatMap(line => line.split('\n'))
        .map(line => `${line}\r\n`)
        .join(''),
    ],
  ]
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000
}
