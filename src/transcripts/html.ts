import { createHash } from 'node:crypto'
import { problemText } from '../problem.ts'
import { durationText } from '../runbooks/duration.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { chronicle } from './chronicle.ts'
import type { Outputs } from './gather.ts'
import { chapterItems } from './html-chapters.ts'
import { STYLE } from './html-style.ts'
import { type Child, type ClassName, el, escaped, type Markup } from './markup.ts'
import { outputRefs } from './output-refs.ts'
import { printable } from './printable.ts'
import { recapRows } from './recap.ts'
import { chainLine } from './text.ts'
import { stampText } from './times.ts'
import { undoLines } from './undo-lines.ts'
import { MARKS, type Mark } from './view.ts'
import { viewOf } from './view-of.ts'

/** Nothing but our own style applies, and nothing is ever loaded, sent or run, whatever a node has printed. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`

const COLOUR: Record<Mark, ClassName> = {
  planning: 'calm',
  waiting: 'open',
  running: 'open',
  succeeded: 'good',
  failed: 'bad',
  unknown: 'open',
  stopped: 'calm',
  refused: 'calm',
}

/** The whole run as one page that needs nothing else: no script, no picture, no network. */
export function transcriptHtml(record: RunRecord, outputs: Outputs): string {
  const { state } = record
  const telling = { from: state.requestedAt, outputs, limit: limitEach(record) }
  const view = viewOf(record, state.updatedAt)
  const body = [
    header(state, view.mark, view.title),
    el(
      'main',
      '',
      endingOf(record),
      el('section', '', factsOf(state)),
      el('h2', '', 'What happened'),
      el('ol', '', ...chapterItems(chronicle(record), telling)),
      recapOf(state),
    ),
    el('footer', '', chainLine(state)),
  ]
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(printable(`#${state.number} ${view.title}`).replaceAll('\n', ' '))}</title>`,
    `<style>${STYLE}</style>`,
    ...body.map(({ html }) => html),
    '</html>',
    '',
  ].join('\n')
}

const LARGEST_STREAM = 64 * 1024
const SMALLEST_STREAM = 2048
const LARGEST_PAGE = 8 * 1024 * 1024

/** How much of each stream a page or a replay shows, in characters: a browser has to hold all of it. */
export function limitEach(record: RunRecord): number {
  const share = Math.floor(LARGEST_PAGE / Math.max(1, outputRefs(record).length))
  return Math.max(SMALLEST_STREAM, Math.min(LARGEST_STREAM, share))
}

function header(run: RunState, mark: Mark, title: string): Markup {
  const outcome = run.finished?.outcome ?? (run.phase === 'finished' ? 'refused' : run.phase)
  const took = durationText((run.finished?.at ?? run.updatedAt) - run.requestedAt)
  const where = run.plan ? ` · ${run.plan.cluster} (${run.plan.stack})` : ''
  return el(
    'header',
    '',
    el('h1', '', el('span', COLOUR[mark], `${MARKS[mark]} `), title),
    el(
      'p',
      'sub',
      el('b', COLOUR[mark], outcome),
      ` in ${took} · #${run.number}${where}${run.plan ? ` · ${run.plan.title}` : ''}`,
    ),
  )
}

function factsOf(run: RunState): Markup {
  const decisions = run.gates.flatMap(({ decisions }) =>
    decisions.map(({ decision, speaker, at, reason }): [string, string] => [
      decision === 'approve' ? 'Approved' : 'Denied',
      `${speaker.name} (${speaker.slackUser ?? speaker.via}), ${stampText(at)}${reason ? `: "${reason}"` : ''}`,
    ]),
  )
  const { plan, speaker } = run
  const runbook = plan && `${plan.stack}/${plan.runbook.name} ${plan.runbook.version} `
  const facts: [string, Child][] = [
    [
      'Asked',
      `${speaker.name} (${speaker.slackUser ?? speaker.via}), ${stampText(run.requestedAt)}: /ha ${run.request.text}`,
    ],
    ...decisions,
    ...(plan ? ([['Runbook', [runbook, el('code', 'dim', plan.runbook.sha256)]]] satisfies [string, Child][]) : []),
    ...(plan ? ([['Plan', el('code', 'dim', run.digest ?? '')]] satisfies [string, Child][]) : []),
    ['Run', el('code', 'dim', run.run)],
  ]
  return el('dl', '', ...facts.flatMap(([label, text]) => [el('dt', '', label), el('dd', '', text)]))
}

/** What stands below the title: the first thing that a reader came for. Nothing when the title says all there is. */
function endingOf({ state }: RunRecord): Markup | undefined {
  const { summary = '', leftBehind = [], next = [], evidence = [] } = state.finished ?? {}
  const [, ...words] = summary.split('\n')
  const problems = state.problems.map(problem => problemText(problem))
  const undo = undoLines(state)
  if ([words, problems, leftBehind, next, evidence, undo].every(all => all.length === 0)) return undefined
  return el(
    'section',
    'ending',
    ...words.map(line => el('p', '', line)),
    ...problems.map(problem => el('div', 'quote', problem)),
    el('dl', '', lines('Known', evidence), lines('Left behind', leftBehind), lines('Undo', undo), lines('Next', next)),
  )
}

/** The label stands before the first line alone. */
function lines(label: string, all: readonly string[]): Child {
  return all.map((line, i) => [el('dt', '', i === 0 ? label : ''), el('dd', '', line)])
}

function recapOf(run: RunState): Child {
  const [head, ...rows] = recapRows(run)
  if (!head) return undefined
  const cells = (tag: 'th' | 'td', row: readonly string[]) => el('tr', '', ...row.map(cell => el(tag, '', cell)))
  const [, ...labels] = head
  return [
    el('h2', '', 'Recap'),
    el(
      'div',
      'wide',
      el(
        'table',
        '',
        el('thead', '', cells('th', ['node', ...labels])),
        el('tbody', '', ...rows.map(row => cells('td', row))),
      ),
    ),
  ]
}
