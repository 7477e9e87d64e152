import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, type TestContext } from 'vitest'
import { writeDemoConfiguration } from '../../lab/demo/configuration.ts'
import type { Stage } from '../../lab/demo/stage.ts'
import { startWorkspace } from '../../lab/slack/workspace.ts'
import type { World } from '../../lab/world.ts'
import { createLog } from '../../src/adapters/log.ts'
import { type Core, openCore } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { Lifecycle } from '../../src/lifecycle.ts'
import { problemText, type Result } from '../../src/problem.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { type PrivateRedis, startRedis } from '../support/redis.ts'
import { story } from '../support/stage.ts'
import { FROM_SOURCES } from './survival-build.ts'
import { Part } from './survival-part.ts'
import { writeSurvivalRunbooks } from './survival-runbooks.ts'

const COMES_UP_MS = 120_000
const LOG_CHARACTERS = 6_000

/** Everything but ha-bot is there; its processes are started, frozen and killed by the tests. */
export interface SurvivalStage<W extends World> extends Stage {
  readonly world: W
  readonly redis: PrivateRedis
  /** What a process of ha-bot, or a person at a terminal, has for an environment. */
  readonly env: Readonly<Record<string, string>>
  /** Every process that was started, also those that have ended. */
  readonly parts: readonly Part[]
  /** Starts a bot or a worker; resolves once it says that it is up. */
  start(kind: 'bot' | 'worker'): Promise<Part>
}

export interface SurvivalWanted<W extends World> {
  readonly world: (folder: string) => Promise<W>
  /** Beyond the usual: what else the processes have in their environment. */
  readonly env?: Readonly<Record<string, string>>
  /** What node is started with; the sources unless given. */
  readonly program?: (folder: string) => Promise<readonly string[]>
  /** Done to Redis before anybody connects. */
  readonly redis?: (redis: PrivateRedis) => Promise<void>
}

/** One stage for all tests of the block it is called in; a test that fails prints what was said, the latest transcripts and the logs. */
export function survivalStageFor<W extends World>(wanted: SurvivalWanted<W>): () => SurvivalStage<W> {
  let stage: SurvivalStage<W> | undefined
  const current = (): SurvivalStage<W> => {
    if (!stage) throw new Error('the stage is only there inside tests')
    return stage
  }
  beforeAll(async () => {
    const lifecycle = new Lifecycle()
    stage = await raise(wanted, lifecycle).catch(async (error: unknown) => {
      await lifecycle.close().catch(() => undefined)
      throw error
    })
  }, COMES_UP_MS)
  afterAll(async () => await stage?.close(), COMES_UP_MS)
  beforeEach(({ onTestFailed }: TestContext) => {
    onTestFailed(async () => console.error([await story(current()), ...current().parts.map(logOf)].join('\n\n')))
  })
  return current
}

function logOf(part: Part): string {
  return `--- ${part.kind} ${part.pid}\n${part.log.slice(-LOG_CHARACTERS)}`
}

async function raise<W extends World>(wanted: SurvivalWanted<W>, lifecycle: Lifecycle): Promise<SurvivalStage<W>> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-survival-'))
  lifecycle.add('the folder', () => rm(folder, { recursive: true, force: true }))
  const redis = await startRedis()
  lifecycle.add('Redis', () => redis.close())
  await wanted.redis?.(redis)
  const workspace = await startWorkspace({ port: 0 })
  lifecycle.add('the workspace', () => workspace.close())
  const world = await wanted.world(join(folder, 'world'))
  lifecycle.add('the cluster', () => world.close())
  const configFile = await writeDemoConfiguration({
    folder,
    redis: redis.url,
    runbooks: await writeSurvivalRunbooks(folder),
    slackApiUrl: workspace.apiUrl,
    world,
    within: '15m',
  })
  const tokens = { SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken }
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, HA_CONFIG: configFile, ...tokens, ...wanted.env }
  const core = await open(env, lifecycle)
  const program = (await wanted.program?.(join(folder, 'program'))) ?? FROM_SOURCES
  const parts: Part[] = []
  lifecycle.add('the processes', async () => {
    await Promise.all(parts.map(part => part.close()))
  })
  const start = async (kind: 'bot' | 'worker') => {
    const part = new Part(kind, program, { ...env, HA_LOG: 'info', NO_COLOR: '1' })
    parts.push(part)
    return await part.up()
  }
  return { folder, redis, workspace, world, configFile, env, core, parts, start, close: () => lifecycle.close() }
}

/** The eyes of the test: it reads the journal and the archive as a terminal would. */
async function open(env: Record<string, string>, lifecycle: Lifecycle): Promise<Core> {
  const redactor = createRedactor()
  const config = mustWork(await loadConfig({ env }))
  const core = mustWork(await openCore({ config, env, log: createLog({ level: 'error', redactor }), redactor }))
  lifecycle.add('the eyes', () => core.lifecycle.close())
  return core
}

function mustWork<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
