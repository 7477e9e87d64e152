import { randomUUID } from 'node:crypto'
import { watchRun } from '../../src/cli/watch-run.ts'
import type { Entry, RunEvent } from '../../src/runs/events.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import type { OpenDesk } from '../ha-bot/desk.ts'
import type { Setting } from '../ha-bot/setting.ts'
import type { Child } from '../measure/child.ts'
import type { Times } from '../measure/rounds.ts'
import { type Marks, STEP } from './runbook.ts'

export const NAMES = {
  all: 'kill -9 of the worker → the result of its change is journalled',
  noticed: '… of it: until another worker has taken the run',
  settled: '… asked of the node, written',
} as const

const RUN_MS = 90_000

export interface Workers {
  readonly desk: OpenDesk
  readonly setting: Setting
  readonly marks: Marks
  readonly children: Set<Child>
  readonly signal: AbortSignal
}

/** One change whose worker is killed in the middle of it; a new worker then takes the place of the dead one. */
export async function killedInAChange(workers: Workers): Promise<Times> {
  const { desk, setting, marks, children, signal } = workers
  const tag = randomUUID().replaceAll('-', '')
  const run = await desk.say(`mark ${tag}`, tag)
  await until(workers, run, record => record.state.phase === 'waiting')
  await desk.approve(run)
  const begun = await until(workers, run, record => at(record, 'execution-started') !== undefined)
  while ((await marks.count(tag)) === 0) signal.throwIfAborted()
  const worker = workerOf(begun, children)
  const killedAt = Date.now()
  await worker.kill()
  children.delete(worker)
  const over = await until(workers, run, ({ state }) => state.phase === 'finished')
  children.add(await setting.start('worker'))
  await mustBeOnce(over, await marks.count(tag))
  const taken = over.entries.findLast(({ event }) => event.type === 'leg-started')?.at ?? Number.NaN
  const result = at(over, 'execution-finished')?.at ?? Number.NaN
  return { [NAMES.all]: result - killedAt, [NAMES.noticed]: taken - killedAt, [NAMES.settled]: result - taken }
}

async function until({ desk, signal }: Workers, run: string, isSo: (record: RunRecord) => boolean): Promise<RunRecord> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(RUN_MS)])
  let last: RunRecord | undefined
  for await (const record of watchRun(desk.journal, run, limit)) {
    if (isSo(record)) return record
    last = record
  }
  const { phase, finished } = last?.state ?? {}
  throw new Error(`a run did not come to what was waited for: ${phase}, ${finished?.summary ?? 'not finished'}`)
}

/** When it was written, by the clock of Redis, which is this computer's. */
function at(record: RunRecord, type: RunEvent['type']): Entry | undefined {
  return record.entries.find(({ event }) => event.type === type && 'step' in event && event.step === STEP)
}

function workerOf({ entries }: RunRecord, children: ReadonlySet<Child>): Child {
  const leg = entries.map(({ event }) => event).findLast(event => event.type === 'leg-started')
  const child = [...children].find(({ pid }) => leg?.worker.endsWith(`:${pid}`))
  if (!child) throw new Error(`none of our workers is ${leg?.worker}`)
  return child
}

/** Twice is wrong however fast; so is any end but success, for the change did succeed. */
async function mustBeOnce({ state }: RunRecord, times: number): Promise<void> {
  if (state.finished?.outcome === 'succeeded' && times === 1) return
  throw new Error(
    `the change ran ${times} times, and the run is ${state.finished?.outcome}: ${state.finished?.summary}`,
  )
}
