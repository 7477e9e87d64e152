import { problemText } from '../problem.ts'
import { durationText } from '../runbooks/duration.ts'
import type { RunRecord, RunState } from '../runs/state.ts'
import type { Outputs } from './gather.ts'
import { printable } from './printable.ts'
import { recapLines } from './recap.ts'
import { entryLines } from './text-entries.ts'
import { stampText } from './times.ts'

/** The whole run as plain text: who asked, who agreed, every command and every stored byte of output, in the order of the journal. */
export function transcriptText(record: RunRecord, outputs: Outputs): string {
  const { state } = record
  const lines = [
    ...headLines(state),
    '',
    ...entryLines(record, outputs),
    '',
    ...state.problems.flatMap(problem => problemText(problem).split('\n')),
    ...endLines(state),
    ...recapLines(state),
    `chain  ${record.entries.length} events · head ${state.head.slice(0, 16)}`,
  ]
  return printable(`${lines.join('\n')}\n`)
}

function headLines(run: RunState): string[] {
  const { plan } = run
  const outcome = run.finished?.outcome ?? (run.phase === 'finished' ? 'refused' : run.phase)
  const title = plan ? `${plan.cluster} (${plan.stack})  ·  ${plan.title}` : run.request.text
  const took = durationText(run.updatedAt - run.requestedAt)
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
  ]
}

function endLines(run: RunState): string[] {
  if (!run.finished) return []
  const { summary, leftBehind, next } = run.finished
  return [
    ...summary.split('\n'),
    ...(leftBehind.length > 0 ? [`left behind: ${leftBehind.join(', ')}`] : []),
    ...next.map(line => `next: ${line}`),
    '',
  ]
}
