import { problemText } from '../problem.ts'
import { durationText } from '../runbooks/duration.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Outputs } from './gather.ts'
import { printable } from './printable.ts'
import { witnessText } from './proof/witness.ts'
import { recapLines } from './recap.ts'
import { entryLines } from './text-entries.ts'
import { stampText } from './times.ts'
import { undoLines } from './undo-lines.ts'

/** The whole run as plain text: who asked, who agreed, every command and every stored byte of output, in the order of the journal. */
export function transcriptText(record: RunRecord, outputs: Outputs): string {
  const { state } = record
  const lines = [...headLines(state), '', ...entryLines(record, outputs), '', ...closingLines(state), chainLine(state)]
  return printable(`${lines.join('\n')}\n`)
}

/** How it ended, what a person should know and do, and what happened on each node. */
export function closingLines(state: RunState): string[] {
  return [
    ...state.problems.flatMap(problem => problemText(problem).split('\n')),
    ...endLines(state),
    ...recapLines(state),
  ]
}

/** Where the chain ends, and how to hold a bundle against it: the same line stands in the thread, where nobody here can change it. */
export function chainLine({ seq, head, number }: RunState): string {
  return `chain  ${seq} events · head ${head.slice(0, 16)} · verify: ha verify ${number} --head ${witnessText({ seq, head })}`
}

/** Which run it is, who asked, who agreed, and to what. */
export function headLines(run: RunState): string[] {
  const { plan } = run
  const outcome = run.finished?.outcome ?? (run.phase === 'finished' ? 'refused' : run.phase)
  const title = plan ? `${plan.cluster} (${plan.stack})  ·  ${plan.title}` : run.request.text
  const took = durationText((run.finished?.at ?? run.updatedAt) - run.requestedAt)
  const who = run.speaker.slackUser ?? run.speaker.via
  const decisions = run.gates.flatMap(gate =>
    gate.decisions.map(({ decision, speaker, at, digest, reason }) => {
      const word = decision === 'approve' ? 'approved' : 'denied  '
      return `${word}  ${stampText(at)}  ${speaker.name} (${speaker.slackUser ?? speaker.via})   plan ${digest.slice(0, 12)}…${reason ? `   "${reason}"` : ''}`
    }),
  )
  return [
    `ha-bot transcript · run #${run.number} · ${run.run}  ·  ${title}  ·  ${outcome.toUpperCase()}${run.phase === 'finished' ? ` in ${took}` : ''}`,
    `asked     ${stampText(run.requestedAt)}  ${run.speaker.name} (${who})   "/ha ${run.request.text}"`,
    ...decisions,
    ...(plan
      ? [`runbook   ${plan.stack}/${plan.runbook.name} ${plan.runbook.version}  sha256 ${plan.runbook.sha256}`]
      : []),
  ].map(onOneLine)
}

function endLines(run: RunState): string[] {
  if (!run.finished) return []
  const { summary, leftBehind, next, evidence = [] } = run.finished
  return [
    // Only the first line begins where our own words do: the others may quote a node.
    ...summary.split('\n').map((line, i) => (i === 0 ? line : `  ${line}`)),
    ...evidence.map(line => `evidence: ${line}`),
    ...(leftBehind.length > 0 ? [`left behind: ${leftBehind.join(', ')}`] : []),
    ...undoLines(run).map(line => `undo: ${line}`),
    ...next.map(line => `next: ${line}`),
    '',
  ].map(onOneLine)
}

/** What somebody typed or a node said cannot pass for a line of ours. */
function onOneLine(line: string): string {
  return printable(line).replaceAll('\n', ' ')
}
