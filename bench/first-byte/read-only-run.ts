import { randomUUID } from 'node:crypto'
import { watchRun } from '../../src/cli/watch-run.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import type { OpenDesk } from '../ha-bot/desk.ts'
import { FIRST_STEP_COMMAND, type NodeTools } from '../ha-bot/node-tools.ts'
import type { Times } from '../measure/rounds.ts'

export const ACCEPTED = 'words → accepted'
export const FIRST_COMMAND = 'words → first command on a node (it reads the status)'
export const FIRST_STEP = 'words → first command of the first step'
export const SPANS = {
  queue: '… of it: request written, queued, taken by the worker',
  plan: '… that written, status of two witnesses, plan made',
  begin: '… plan and step written',
  send: '… execution written, sent, begun on the node',
} as const

const RUN_MS = 30_000

/** One `/ha status` from the words at the desk to its end; when things happened, in ms after the words. */
export async function readOnlyRun(desk: OpenDesk, tools: NodeTools, signal: AbortSignal): Promise<Times> {
  await tools.forget()
  const saidAt = Date.now()
  const beganAt = performance.now()
  const run = await desk.say('status', `bench:${randomUUID()}`)
  const acceptedMs = performance.now() - beganAt
  const record = await finished(desk, run, signal)
  const stamps = await tools.stamps()
  const step = stamps.find(({ command }) => command === FIRST_STEP_COMMAND)
  const [first] = stamps
  if (!first || !step) throw new Error(`the step's command never ran; on the nodes ran: ${stamps.map(s => s.command)}`)
  const takenAt = timeOf(record, 'leg-started')
  const plannedAt = timeOf(record, 'planned')
  const executionAt = timeOf(record, 'execution-started')
  return {
    [ACCEPTED]: acceptedMs,
    [FIRST_COMMAND]: first.atMs - saidAt,
    [FIRST_STEP]: step.atMs - saidAt,
    [SPANS.queue]: takenAt - timeOf(record, 'requested'),
    [SPANS.plan]: plannedAt - takenAt,
    [SPANS.begin]: executionAt - plannedAt,
    [SPANS.send]: step.atMs - executionAt,
  }
}

async function finished(desk: OpenDesk, run: string, signal: AbortSignal): Promise<RunRecord> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RUN_MS)])
  for await (const record of watchRun(desk.journal, run, limit)) {
    const { finished: end } = record.state
    if (!end) continue
    if (end.outcome === 'succeeded') return record
    throw new Error(`a run ended as ${end.outcome}: ${end.summary}`)
  }
  signal.throwIfAborted()
  throw new Error(`a run did not end within ${RUN_MS} ms`)
}

/** When it began to be written, by the clock of Redis, which is this computer's. */
function timeOf(record: RunRecord, type: string): number {
  const entry = record.entries.find(({ event }) => event.type === type)
  if (!entry) throw new Error(`a run has no entry "${type}"`)
  return entry.at
}
