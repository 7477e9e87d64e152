import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLog } from '../../src/adapters/log.ts'
import { startBot } from '../../src/app/bot.ts'
import { startWorker } from '../../src/app/worker.ts'
import { type Core, openCore } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { Lifecycle } from '../../src/lifecycle.ts'
import { problemText, type Result } from '../../src/problem.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { startPrivateRedis } from '../private-redis.ts'
import { startWorkspace, type Workspace } from '../slack/workspace.ts'
import type { World } from '../world.ts'
import { writeDemoConfiguration } from './configuration.ts'

export interface StageOptions {
  /** Makes the cluster; its scratch goes into the folder. */
  readonly world: (folder: string) => Promise<World>
  /** Port of the page; 0 takes a free one, and so does a wish that is taken. */
  readonly port: number
  readonly portIsWish?: boolean
  readonly say: (line: string) => void
  /** How long a plan may wait for its approval; 15 min unless given. */
  readonly within?: string
}

/** The whole thing on this computer, up and talking to each other. */
export interface Stage {
  readonly workspace: Workspace
  readonly world: World
  /** The bot's half: journal, library, archive. */
  readonly core: Core
  readonly configFile: string
  readonly folder: string
  /** Ends everything and removes the folder. */
  close(): Promise<void>
}

const RUNBOOKS = fileURLToPath(new URL('../../runbooks', import.meta.url))

/** Starts Redis, the workspace, the cluster, bot and worker. What was started is ended again when something does not come up. */
export async function raiseStage(options: StageOptions): Promise<Stage> {
  const lifecycle = new Lifecycle()
  try {
    return await raise(options, lifecycle)
  } catch (error) {
    await lifecycle.close().catch(() => undefined)
    throw error
  }
}

async function raise(options: StageOptions, lifecycle: Lifecycle): Promise<Stage> {
  const { world: makeWorld, say, within = '15m' } = options
  const folder = await mkdtemp(join(tmpdir(), 'ha-bot-demo-'))
  lifecycle.add('the folder', () => rm(folder, { recursive: true, force: true }))
  const redis = await startPrivateRedis(join(folder, 'redis'))
  lifecycle.add('Redis', () => redis.close())
  const workspace = await openWorkspace(options)
  lifecycle.add('the workspace', () => workspace.close())
  const world = await makeWorld(join(folder, 'world'))
  lifecycle.add('the cluster', () => world.close())
  say(world.summary)

  const configFile = await writeDemoConfiguration({
    folder,
    redis: redis.url,
    runbooks: RUNBOOKS,
    slackApiUrl: workspace.apiUrl,
    world,
    within,
  })
  const tokens = { SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken }
  const env = { ...process.env, ...tokens, HA_CONFIG: configFile }
  const worker = await open(env, lifecycle)
  mustWork(await startWorker(worker))
  const bot = await open(env, lifecycle)
  mustWork(await startBot(bot))
  return { workspace, world, core: bot, configFile, folder, close: () => lifecycle.close() }
}

async function openWorkspace({ port, portIsWish }: StageOptions): Promise<Workspace> {
  try {
    return await startWorkspace({ port })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (isTaken && portIsWish) return await startWorkspace()
    throw isTaken ? new Error(`Port ${port} is taken. Name another one with --port, or 0 for any.`) : error
  }
}

/** One half as its own process would open it. */
async function open(env: Record<string, string | undefined>, lifecycle: Lifecycle): Promise<Core> {
  const redactor = createRedactor()
  const config = mustWork(await loadConfig({ env }))
  const log = createLog({ level: process.env['HA_LOG'] === 'info' ? 'info' : 'error', redactor })
  const core = mustWork(await openCore({ config, env, log, redactor }))
  lifecycle.add('a half of ha-bot', () => core.lifecycle.close())
  return core
}

function mustWork<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
