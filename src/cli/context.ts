import { createLog, LOG_LEVELS, type Log, type LogLevel } from '../adapters/log.ts'
import { type Core, openCore } from '../app.ts'
import { type Config, loadConfig } from '../config.ts'
import type { Problem, Result } from '../problem.ts'
import { createRedactor, type Redactor } from '../transcripts/redact.ts'
import { type Output, refuse } from './output.ts'

/** What every command of the command line is given. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Output
  readonly redactor: Redactor
  readonly log: Log
  /** Standard input is a terminal: a passphrase may be asked for. */
  readonly interactive: boolean
  /** Fires when the person or the system wants us to end. */
  readonly signal: AbortSignal
}

export function createContext(
  env: CliContext['env'],
  out: Output,
  interactive: boolean,
  signal: AbortSignal,
): CliContext {
  const redactor = createRedactor()
  const level = levelOf(env['HA_LOG'])
  return { env, out, redactor, interactive, signal, log: createLog({ level, redactor }) }
}

function levelOf(word: string | undefined): LogLevel {
  return LOG_LEVELS.find(level => level === word) ?? 'warn'
}

/** Loads the configuration and does something with it; its mistakes are printed instead. */
export async function withConfig(context: CliContext, what: (config: Config) => Promise<number>): Promise<number> {
  const config = await loadConfig({ env: context.env })
  return config.ok ? await what(config.value) : refuse(context.out, config.problems)
}

/** The same with everything opened, and closed again whatever happens. */
export async function withCore(context: CliContext, what: (core: Core) => Promise<number>): Promise<number> {
  return await withConfig(context, async config => {
    const { env, log, redactor } = context
    const core = await openCore({ config, env, log, redactor })
    if (!core.ok) return refuse(context.out, core.problems)
    const reachable = await redisProblem(core.value)
    if (reachable) {
      await core.value.lifecycle.close()
      return refuse(context.out, [reachable])
    }
    try {
      return await what(core.value)
    } finally {
      await core.value.lifecycle.close()
    }
  })
}

async function redisProblem(core: Core): Promise<Problem | undefined> {
  const time: Result<number> = await core.journal.time().then(
    value => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, problems: [redisAway(core, error)] }),
  )
  return time.ok ? undefined : time.problems[0]
}

function redisAway(core: Core, error: unknown): Problem {
  const detail = core.redis.trouble() || (error instanceof Error ? error.message : String(error))
  return {
    code: 'redis-away',
    message: `Redis at ${core.config.redis} does not answer: ${detail}.`,
    stillTrue: 'Nothing was accepted and nothing runs.',
    next: 'Start it, or mend redis: in ha.yaml; `ha doctor` looks closer.',
  }
}
