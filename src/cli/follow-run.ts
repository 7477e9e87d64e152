import type { Core } from '../app.ts'
import { exitCode } from '../runs/outcome.ts'
import type { RunRecord } from '../runs/state.ts'
import { cardText } from '../transcripts/card-text.ts'
import { recapLines } from '../transcripts/recap.ts'
import { statusText } from '../transcripts/status-text.ts'
import { entryLines } from '../transcripts/text-entries.ts'
import { viewOf } from '../transcripts/view-of.ts'
import type { CliContext } from './context.ts'
import { refuse, USAGE } from './output.ts'
import { watchRun } from './watch-run.ts'

/** A run that was just accepted; `risk` as the desk told it. */
export interface Followed {
  readonly run: string
  readonly risk: 'read' | 'change'
}

/**
 * Prints a run as it goes, plain lines with time stamps; its plan as a card when it waits for people. A question is only answered.
 * Exit code of the outcome; that of an unknown one when whoever follows leaves before the end.
 */
export async function followRun(context: CliContext, core: Core, { run, risk }: Followed): Promise<number> {
  let told = 0
  for await (const record of watchRun(core.journal, run, context.signal)) {
    if (context.out.json) for (const entry of record.entries.slice(told)) context.out.say(JSON.stringify(entry))
    else if (risk === 'change') await tell(context, core, record, told)
    told = record.entries.length
    if (record.state.phase === 'finished') return ended(context, record)
  }
  context.out.complain('No longer following. The run goes on; `ha runs` shows it.')
  return exitCode('unknown')
}

async function tell(context: CliContext, core: Core, record: RunRecord, told: number): Promise<void> {
  const { state } = record
  const news = { state, entries: record.entries.slice(told) }
  const lines = entryLines(news, new Map())
  if (lines.length > 0) context.out.say(lines.join('\n'))
  if (!news.entries.some(({ event }) => event.type === 'gate-opened')) return
  context.out.say(
    `\n${cardText(viewOf(record, await core.journal.time()))}\n\nWaiting for approval:  ha approve ${state.number}\n`,
  )
}

/** The last word: for a question the answer, for a change the outcome and the recap. */
function ended(context: CliContext, { state }: RunRecord): number {
  const { out } = context
  if (!state.finished) return out.json ? USAGE : refuse(out, state.problems)
  if (!out.json) out.say(state.plan?.runbook.risk === 'read' ? readAnswer(state) : changeAnswer(state))
  return exitCode(state.finished.outcome)
}

function readAnswer(state: RunRecord['state']): string {
  const status = state.plan?.runbook.name === 'status' ? state.finished?.status : undefined
  return status ? statusText(status, state.updatedAt) : cardText(viewOf({ state, entries: [] }, state.updatedAt))
}

function changeAnswer(state: RunRecord['state']): string {
  return `\n${cardText(viewOf({ state, entries: [] }, state.updatedAt))}\n\n${recapLines(state).join('\n')}`
}
