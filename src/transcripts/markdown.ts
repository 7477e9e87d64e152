import { foldNames } from '../clusters/fold-names.ts'
import { problemText } from '../problem.ts'
import { durationText } from '../runbooks/duration.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import { type Chapter, chronicle, type StepChapter } from './chronicle.ts'
import { momentLines } from './outage.ts'
import { printable } from './printable.ts'
import { witnessText } from './proof/witness.ts'
import { recapRows } from './recap.ts'
import { OUTCOME_MARK, recordLines, resultText } from './text-entries.ts'
import { clockText, offsetText, stampText } from './times.ts'
import { undoLines } from './undo-lines.ts'
import { STEP_MARKS } from './view.ts'

/** The run as the timeline of an incident review (Markdown): who asked and agreed, each step, how it ended and what is left. No outputs. */
export function summaryMarkdown(record: RunRecord): string {
  const { state } = record
  const lines = [
    ...headLines(state),
    ...endingLines(state),
    '## Timeline (UTC)',
    '',
    '| time | since the request | what |',
    '| --- | --- | --- |',
    ...chronicle(record).map(
      chapter =>
        `| ${clockText(chapter.at)} | ${offsetText(chapter.at - state.requestedAt)} | ${chapterText(chapter)} |`,
    ),
    '',
    ...recapTable(state),
    `Chain: ${state.seq} events, head \`${state.head}\`. To verify: \`ha verify ${state.number} --head ${witnessText(state)}\``,
  ]
  return `${lines.join('\n')}\n`
}

/**
 * Words from outside as Markdown text: on one line, nothing in them a mark, a link, a tag or an entity. What readers turn into a link or a
 * mention by themselves is broken up by entities. To stand behind words of ours, never at the beginning of a line.
 */
export function plain(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[&<>@]/g, character => `&#${character.charCodeAt(0)};`)
    .replaceAll('://', '&#58;//')
    .replace(/\bwww\./gi, 'www&#46;')
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
}

/** A command on one line; the fence is longer than any run of backticks in it. A table takes `|` for its own even in there. */
function code(text: string, place: 'in a table' | 'in text'): string {
  const one = printable(text).replace(/\s+/g, ' ').trim()
  const longest = Math.max(0, ...[...one.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${place === 'in a table' ? one.replaceAll('|', '\\|') : one}${pad}${fence}`
}

function headLines(run: RunState): string[] {
  const { plan, speaker, finished } = run
  const outcome = finished?.outcome ?? (run.phase === 'finished' ? 'refused' : run.phase)
  const took = durationText((finished?.at ?? run.updatedAt) - run.requestedAt)
  const title = finished?.summary.split('\n')[0] ?? plan?.title ?? run.request.text
  const decisions = run.gates.flatMap(({ decisions }) =>
    decisions.map(({ decision, speaker, at, reason }) => {
      const why = reason ? `: “${plain(reason)}”` : ''
      return `- **${decision === 'approve' ? 'Approved' : 'Denied'}** by ${plain(speaker.name)}, ${stampText(at)}${why}`
    }),
  )
  return [
    `# #${run.number} ${plain(title)}`,
    '',
    `- **Outcome** ${outcome} in ${took}`,
    ...(plan ? [`- **Cluster** ${plain(plan.cluster)} (${plan.stack}); ${plain(plan.title)}`] : []),
    `- **Asked** by ${plain(speaker.name)}, ${stampText(run.requestedAt)}: ${code(`/ha ${run.request.text}`, 'in text')}`,
    ...decisions,
    ...(plan
      ? [
          `- **Runbook** ${plain(`${plan.stack}/${plan.runbook.name} ${plan.runbook.version}`)}, sha256 \`${plan.runbook.sha256}\``,
        ]
      : []),
    `- **Run** \`${run.run}\``,
    '',
  ]
}

function endingLines(run: RunState): string[] {
  const { summary = '', leftBehind = [], next = [], evidence = [] } = run.finished ?? {}
  const undo = undoLines(run)
  const problems = run.problems.map(problem => problemText(problem))
  const list = (label: string, all: readonly string[]) =>
    all.length > 0 ? [`- **${label}**`, ...all.map(line => `  - ${plain(line)}`)] : []
  const lines = [
    ...[...summary.split('\n').slice(1), ...problems].filter(Boolean).map(line => `- ${plain(line)}`),
    ...list('Known', evidence),
    ...list('Left behind', leftBehind),
    ...list('Undo', undo),
    ...list('Next', next),
  ]
  return lines.length > 0 ? ['## How it ended', '', ...lines, ''] : []
}

function chapterText(chapter: Chapter): string {
  if (chapter.kind === 'step') return stepText(chapter)
  return [`**${plain(chapter.label)}** ${plain(chapter.text)}`, ...chapter.lines.map(plain)].join('<br>')
}

function stepText(step: StepChapter): string {
  const { outcome, name, again, change, hosts, reason, durationMs, scenes } = step
  const mark = outcome ? OUTCOME_MARK[outcome] : STEP_MARKS.running
  const notes = [
    ...(again ? ['again, after the approval'] : []),
    ...(change ? [`**${change} change**`] : []),
    ...(hosts.length > 0 ? [plain(foldNames(hosts))] : []),
    outcome ? `${outcome === 'succeeded' ? '' : `**${outcome}** in `}${durationText(durationMs)}` : 'not ended',
    ...(reason ? [reason.split('\n').map(plain).join('<br>')] : []),
  ]
  const details = scenes.flatMap(scene => {
    if (scene.kind !== 'ended' || (!change && outcome === 'succeeded')) return []
    const whose = foldNames(scene.events.map(({ host }) => host))
    return [`${whose}: ${resultText(scene.events)}`, ...recordLines(scene.events[0])].map(plain)
  })
  const moments = momentLines(step.moments).map(plain)
  const source = change ? step.source.split('\n').map(line => code(line, 'in a table')) : []
  return [`${mark} ${plain(name)} · ${notes.join(' · ')}`, ...source, ...details, ...moments].join('<br>')
}

function recapTable(run: RunState): string[] {
  const [head, ...rows] = recapRows(run)
  if (!head) return []
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  return ['## Recap', '', line(['node', ...head.slice(1)]), `|${' --- |'.repeat(head.length)}`, ...rows.map(line), '']
}
