import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, type TestContext } from 'vitest'
import { writeDemoConfiguration } from '../../lab/demo/configuration.ts'
import { startPrivateRedis } from '../../lab/private-redis.ts'
import { WORLDS } from '../../lab/simulated/worlds.ts'
import type { World } from '../../lab/world.ts'
import { createLog } from '../../src/adapters/log.ts'
import { readRunbookFolder } from '../../src/adapters/runbook-files.ts'
import { startWorker } from '../../src/app/worker.ts'
import { type Core, deskParts, openCore } from '../../src/app.ts'
import { createContext } from '../../src/cli/context.ts'
import { terminalSpeaker } from '../../src/cli/speaker.ts'
import { watchRun } from '../../src/cli/watch-run.ts'
import type { Answer } from '../../src/commands/desk.ts'
import { createDesk } from '../../src/commands/dispatch.ts'
import { loadConfig } from '../../src/config.ts'
import { Lifecycle } from '../../src/lifecycle.ts'
import { problemText, type Result } from '../../src/problem.ts'
import type { Library } from '../../src/runbooks/library.ts'
import { loadLibrary } from '../../src/runbooks/lint.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { updateLock } from '../../src/runbooks/versions.ts'
import type { Outcome } from '../../src/runs/outcome.ts'
import type { RunRecord, RunState } from '../../src/runs/state.ts'
import { gatherOutputs } from '../../src/transcripts/gather.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { transcriptText } from '../../src/transcripts/text.ts'

/** Redis, a worker and a cluster, spoken to from a terminal: what it takes to carry out a runbook, and no Slack. */
export interface StackStage<W extends World> {
  readonly world: W
  readonly core: Core
  readonly folder: string
  /** Ana says so, without "/ha". The run that it began; a refusal at the desk is an error that says why. */
  ask(text: string): Promise<string>
  /** The words with which the desk or the planner refuses it; an error when it is not refused. */
  refusal(text: string): Promise<string>
  /** Waits for the gate of a run; then as many people as it asks for agree, or as many as are given, and type what it wants typed. */
  approve(run: string, people?: number): Promise<void>
  /** Settles as soon as the journal says so of a run. */
  until(run: string, holds: (state: RunState) => boolean, what: string): Promise<RunState>
  /** A run that has ended, with its transcript. */
  ended(run: string): Promise<Ended>
  /** Asks, approves every gate and waits for the end. `meanwhile` is done once the first gate is approved. */
  carryOut(text: string, meanwhile?: (run: string) => Promise<void> | void): Promise<Ended>
  /** The same, and an error with the transcript unless it succeeds. The library's coverage is read from these calls: see every-runbook.test.ts. */
  succeeds(text: string): Promise<Ended>
}

export interface Ended {
  readonly run: string
  readonly outcome: Outcome | 'refused'
  readonly state: RunState
  readonly record: RunRecord
  readonly transcript: string
}

/** The text of a runbook as these tests want it. */
export type Edit = (text: string) => string

/** For a cluster that is faster than a real one: looks often. */
export const looksOften: Edit = text => text.replaceAll(/^( *every: ).*$/gm, '$1300ms')

/** The same, and gives up waiting for what never comes after `limit`. */
export function hurried(limit: string): Edit {
  return text => looksOften(text).replaceAll(/(\n *(?:- )?wait: .*\n *every: 300ms\n *timeout: ).*/g, `$1${limit}`)
}

const COMES_UP_MS = 60_000
const RUN_MS = 240_000
const OUTPUT_BYTES = 64 * 1024
const LATEST_RUNS = 3
const RUNBOOKS = new URL('../../runbooks', import.meta.url).pathname
/** Nobody listens there: a worker never speaks to Slack. */
const NO_SLACK = 'http://127.0.0.1:9/api/'
const REQUESTER = 'ana'
const APPROVERS = ['bo', 'cy'] as const

/**
 * One stage for all tests of the file or block it is called in, with a world by its name or made here. A test that fails prints its latest
 * transcripts. The answer is to be called inside tests. `edit` changes the text of the runbooks for these tests: see `hurried`.
 */
export function stackStage(world: string, edit?: Edit): () => StackStage<World>
export function stackStage<W extends World>(world: (folder: string) => Promise<W>, edit?: Edit): () => StackStage<W>
export function stackStage<W extends World>(
  world: string | ((folder: string) => Promise<W>),
  edit: Edit = text => text,
): () => StackStage<W | World> {
  let stage: StackStage<W | World> | undefined
  const lifecycle = new Lifecycle()
  const current = () => {
    if (!stage) throw new Error('the stage is only there inside tests')
    return stage
  }
  beforeAll(async () => {
    const make = typeof world === 'string' ? (folder: string) => named(world, folder) : world
    stage = await raise<W | World>(make, edit, lifecycle)
  }, COMES_UP_MS)
  afterAll(async () => await lifecycle.close(), COMES_UP_MS)
  beforeEach(({ onTestFailed }: TestContext) => {
    onTestFailed(async () => console.error(await latest(current().core)))
  })
  return current
}

async function named(name: string, folder: string): Promise<World> {
  const world = WORLDS[name]
  if (!world) throw new Error(`no world ${name}`)
  return await world({ folder, pace: 0.05 })
}

async function raise<W extends World>(
  makeWorld: (folder: string) => Promise<W>,
  edit: Edit,
  lifecycle: Lifecycle,
): Promise<StackStage<W>> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-stack-'))
  lifecycle.add('the folder', () => rm(folder, { recursive: true, force: true }))
  const redis = await startPrivateRedis(join(folder, 'redis'))
  lifecycle.add('Redis', () => redis.close())
  const world = await makeWorld(join(folder, 'world'))
  lifecycle.add('the cluster', () => world.close())
  const places = { folder, redis: redis.url, runbooks: RUNBOOKS, slackApiUrl: NO_SLACK }
  const configFile = await writeDemoConfiguration({ ...places, world, within: '15m' })
  const env = { ...process.env, HA_CONFIG: configFile, HOME: folder }
  const core = await open(env, await libraryOf(world.cluster.stack, edit), lifecycle)
  mustWork(await startWorker(core))
  return { world, core, folder, ...talking(core, folder, env) }
}

/** The runbooks of one stack as they are, whatever the lock says: those of other stacks are other tests' business. */
async function libraryOf(stack: string, edit: Edit): Promise<Library> {
  const folder = mustWork(await readRunbookFolder(RUNBOOKS))
  const own = folder.files.filter(({ file }) => basename(dirname(file)) === stack)
  const files = own.map(({ file, text }) => ({ file, text: edit(text) }))
  const loaded = files.map(({ file, text }) => mustWork(parseRunbook(file, text)))
  return mustWork(loadLibrary(files, updateLock([], loaded)))
}

async function open(
  env: Readonly<Record<string, string | undefined>>,
  library: Library,
  lifecycle: Lifecycle,
): Promise<Core> {
  const redactor = createRedactor()
  const config = mustWork(await loadConfig({ env }))
  const log = createLog({ level: 'error', redactor })
  const core = mustWork(await openCore({ config, env, log, redactor }, library))
  lifecycle.add('ha-bot', () => core.lifecycle.close())
  return core
}

type Talking<W extends World> = Omit<StackStage<W>, 'world' | 'core' | 'folder'>

function talking<W extends World>(
  core: Core,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Talking<W> {
  const desk = createDesk(deskParts(core, 'cli'))
  const teams = async () => true
  const quiet = { say: () => undefined, complain: () => undefined, json: false }
  const context = createContext(env, quiet, false, AbortSignal.timeout(2 ** 31 - 1))
  const who = (person: string) => terminalSpeaker(context, core.config.directory, join(folder, 'keys', person))
  const say = async (text: string) =>
    await desk.say({ text, dedupe: `test:${randomUUID()}`, teams, ...(await who(REQUESTER)) })
  const decide = async (run: string, person: string, confirm: string) =>
    await desk.decide({ gate: { run }, reason: '', decision: 'approve', confirm, teams, ...(await who(person)) })

  const until: Talking<W>['until'] = async (run, holds, what) => {
    for await (const { state } of watchRun(core.journal, run, AbortSignal.timeout(RUN_MS)))
      if (holds(state)) return state
    throw new Error(`${run}: not within ${RUN_MS} ms: ${what}`)
  }
  const ask = async (text: string) => runOf(await say(text), text)
  const approve = async (run: string, people?: number) => {
    const waits = await until(run, ({ phase, gates }) => phase === 'waiting' && gates.length > 0, 'a gate')
    const gate = waits.gates.at(-1)
    for (const person of APPROVERS.slice(0, people ?? gate?.count)) {
      const answer = await decide(run, person, gate?.confirm ?? '')
      if (answer.kind !== 'decided') throw new Error(`${person} could not approve ${run}: ${JSON.stringify(answer)}`)
    }
  }
  const ended = async (run: string) => {
    const state = await until(run, ({ phase }) => phase === 'finished', 'the end')
    return await told(core, run, state)
  }
  const carryOut: Talking<W>['carryOut'] = async (text, meanwhile) => {
    const run = await ask(text)
    const approved = new Set<string>()
    const isNext = ({ phase, gates }: RunState) =>
      phase === 'finished' || (phase === 'waiting' && !approved.has(gates.at(-1)?.token ?? ''))
    for (;;) {
      const state = await until(run, isNext, 'a gate or the end')
      if (state.phase === 'finished') return await told(core, run, state)
      approved.add(state.gates.at(-1)?.token ?? '')
      await approve(run)
      if (approved.size === 1) await meanwhile?.(run)
    }
  }
  return {
    ask,
    approve,
    until,
    ended,
    async refusal(text) {
      const answer = await say(text)
      if (answer.kind === 'refused') return answer.problems.map(problemText).join('\n')
      const { state } = await ended(runOf(answer, text))
      if (state.problems.length === 0) throw new Error(`"${text}" was not refused`)
      return state.problems.map(problemText).join('\n')
    },
    carryOut,
    async succeeds(text) {
      const ended = await carryOut(text)
      if (ended.outcome === 'succeeded') return ended
      throw new Error(`"${text}" ended ${ended.outcome}, and not succeeded:\n${ended.transcript}`)
    },
  }
}

function runOf(answer: Answer, text: string): string {
  if (answer.kind === 'accepted') return answer.run
  throw new Error(
    `"${text}" began no run: ${answer.kind === 'refused' ? answer.problems.map(problemText).join('\n') : answer.kind}`,
  )
}

async function told(core: Core, run: string, state: RunState): Promise<Ended> {
  const record = await core.journal.load(run)
  if (!record) throw new Error(`${run} is gone`)
  const outcome = state.finished?.outcome ?? 'refused'
  return { run, outcome, state, record, transcript: await transcriptOf(core, record) }
}

async function transcriptOf(core: Core, record: RunRecord): Promise<string> {
  return transcriptText(record, await gatherOutputs(core.outputs, record, OUTPUT_BYTES))
}

async function latest(core: Core): Promise<string> {
  const texts = (await core.journal.list(LATEST_RUNS)).map(async ({ run }) => {
    const record = await core.journal.load(run)
    return record ? await transcriptOf(core, record) : `${run} is gone`
  })
  return (await Promise.all(texts)).join('\n\n')
}

function mustWork<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
