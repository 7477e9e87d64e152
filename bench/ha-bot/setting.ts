import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeDemoConfiguration } from '../../lab/demo/configuration.ts'
import { startPrivateRedis } from '../../lab/private-redis.ts'
import type { World } from '../../lab/world.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Child, startChild } from '../measure/child.ts'

export interface Setting {
  readonly configFile: string
  /** Starts `ha start --only …` as a process of its own, as in service. */
  start(part: 'bot' | 'worker', env?: Readonly<Record<string, string>>): Promise<Child>
}

export interface SettingParts {
  readonly folder: string
  /** Without a bot there is no Slack to talk to. */
  readonly slackApiUrl?: string
  readonly world: World
  /** Default: those of the repository. */
  readonly runbooks?: string
}

const NO_SLACK = 'http://127.0.0.1:1/api/'
const RUNBOOKS = fileURLToPath(new URL('../../runbooks', import.meta.url))

/** What ha-bot needs around it: a Redis that writes every entry to disk before it answers, and a configuration. */
export async function openSetting(
  { folder, slackApiUrl = NO_SLACK, world, runbooks = RUNBOOKS }: SettingParts,
  lifecycle: Lifecycle,
): Promise<Setting> {
  const redis = await startPrivateRedis(join(folder, 'redis'))
  lifecycle.add('Redis', () => redis.close())
  const configFile = await writeDemoConfiguration({
    folder,
    redis: redis.url,
    runbooks,
    within: '15m',
    slackApiUrl,
    world,
  })
  return {
    configFile,
    async start(part, env = {}) {
      const child = await startChild({
        name: `ha start --only ${part}`,
        run: ['src/cli.ts', 'start', '--only', part],
        env: { ...process.env, ...env, HA_CONFIG: configFile },
        upWhen: 'ha-bot is up',
      })
      lifecycle.add(part, () => child.close())
      return child
    },
  }
}
