import { join } from 'node:path'
import { expect } from 'vitest'
import type { World } from '../../lab/world.ts'
import { executionsOf } from '../../src/runs/changes.ts'
import type { ExecutionState, RunRecord } from '../../src/runs/state.ts'
import { eventually } from '../support/redis.ts'
import type { Ran } from './child.ts'
import type { Part } from './survival-part.ts'
import type { SurvivalStage } from './survival-stage.ts'
import { ha } from './terminal.ts'

/** The lease of a leg is 15 s and is looked at every 5 s; the rest is room for slow machines. */
export const RUN_MS = 120_000
export const TEST_MS = 240_000

type AnyStage = SurvivalStage<World>

/** What somebody types at a terminal of this stage, with their key. */
export async function at(stage: AnyStage, person: string, ...args: string[]): Promise<Ran> {
  return await ha([...args, '--key', join(stage.folder, 'keys', person)], stage.env)
}

/** Ana asks at a terminal and Bo approves; answers the number of the run. */
export async function begun(stage: AnyStage, words: string): Promise<number> {
  const number = await waiting(stage, words)
  expect(await at(stage, 'bo', 'approve', String(number))).toMatchObject({ code: 0 })
  return number
}

/** Ana asks at a terminal; settles when it waits for approval. */
export async function waiting(stage: AnyStage, words: string): Promise<number> {
  const asked = await at(stage, 'ana', 'do', words, '--detach')
  const number = Number(/#(\d+)/.exec(asked.stdout)?.[1] ?? Number.NaN)
  expect(number, `${asked.stdout}${asked.stderr}`).toBeGreaterThan(0)
  await runWhen(stage, number, ({ state }) => state.phase === 'waiting', 'that it waits for approval')
  return number
}

/** A run once it is so; a Redis that is away meanwhile is asked again. */
export async function runWhen(
  { core: { journal } }: AnyStage,
  number: number,
  holds: (record: RunRecord) => boolean,
  what: string,
  withinMs = RUN_MS,
): Promise<RunRecord> {
  let latest: RunRecord | undefined
  const look = async () => {
    const run = await journal.find(number)
    latest = run === undefined ? undefined : await journal.load(run)
    return latest && holds(latest) ? latest : undefined
  }
  return await eventually(() => look().catch(() => undefined), withinMs).catch(() => {
    const events = latest?.entries.map(({ by, event }) => `${by} ${JSON.stringify(event).slice(0, 300)}`) ?? []
    throw new Error(`#${number}: not within ${withinMs} ms: ${what}\n${events.join('\n')}`)
  })
}

export async function finished(stage: AnyStage, number: number): Promise<RunRecord> {
  return await runWhen(stage, number, ({ state }) => state.phase === 'finished', 'the end')
}

/** The latest execution of a change. */
export function changeOf({ state }: RunRecord, step: string): ExecutionState | undefined {
  return executionsOf(state, step).at(-1)
}

/** All of what is stored of a change's standard output. */
export async function outputOf({ core }: AnyStage, record: RunRecord, step: string): Promise<string> {
  const { run, number } = record.state
  const file = changeOf(record, step)?.stdout?.file
  if (file === undefined) return ''
  return (await core.outputs.read(run, number, file, 1_000_000)).bytes.toString('utf8')
}

/** What the changes noted on the nodes, past ha-bot, of one run: `slow first`, a line for each time it was executed. */
export async function executions(stage: AnyStage, tag: string): Promise<string[]> {
  const notes = await onAll(stage, NOTES)
  return notes.flatMap(text => text.split('\n')).filter(line => line.startsWith(`${tag} `))
}

const NOTES = '[ ! -e "$HOME/executions" ] || cat "$HOME/executions"'

/** Until a change is under way on a node and has printed this much of it. */
export async function hasPrinted(stage: AnyStage, words: string): Promise<void> {
  const { world } = stage
  const look = `grep -rqsF '${words}' "$HOME"/.ha-bot/*/ops --include=out`
  await eventually(async () => {
    const seen = await Promise.all(world.nodes.map(({ name }) => world.inspect(name, look)))
    return seen.some(({ exitCode }) => exitCode === 0) || undefined
  }, RUN_MS)
}

interface Recorded {
  readonly node: string
  readonly run: string
  readonly number: number
  readonly step: string
  readonly state: string
  readonly exitCode?: number
  readonly known: string
}

/** What the nodes' own records say of changes, as `ha recover` tells it. */
export async function recorded(stage: AnyStage): Promise<readonly Recorded[]> {
  const { code, stdout, stderr } = await ha(['recover', 'pvfs', '--json'], stage.env)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return (JSON.parse(stdout) as { operations: Recorded[] }).operations
}

/** The worker that carries a run now. */
export async function carrierOf(stage: AnyStage, number: number, workers: readonly Part[]): Promise<Part> {
  const { state } = await runWhen(stage, number, ({ state: now }) => now.phase === 'running', 'that it runs')
  const carrier = workers.find(part => part.isAuthor(state.worker))
  if (!carrier) throw new Error(`#${number} is carried by ${state.worker}, which is none of ours`)
  return carrier
}

/** The same script on every node, past ha-bot. */
export async function onAll({ world }: AnyStage, script: string): Promise<readonly string[]> {
  return await Promise.all(world.nodes.map(async ({ name }) => (await world.inspect(name, script)).stdout))
}
