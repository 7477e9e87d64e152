import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { createEntryArchive } from './adapters/archive/entries.ts'
import { createOutputArchive } from './adapters/archive/output.ts'
import { systemClock } from './adapters/clock.ts'
import type { Log } from './adapters/log.ts'
import { connectRedis } from './adapters/redis/connect.ts'
import { createJournal } from './adapters/redis/journal.ts'
import { createLeases } from './adapters/redis/leases.ts'
import { readRunbookFolder } from './adapters/runbook-files.ts'
import type { DeskParts } from './commands/parts.ts'
import { redisAddress } from './config/redis.ts'
import { REDIS_PASSWORD, readOptionalSecret } from './config/secrets.ts'
import type { Config } from './config.ts'
import { Lifecycle } from './lifecycle.ts'
import { good, type Result } from './problem.ts'
import type { Library } from './runbooks/library.ts'
import { loadLibrary } from './runbooks/lint.ts'
import type { EntryArchive, Journal, RunArchive } from './runs/journal.ts'
import type { Leases } from './runs/leases.ts'
import type { OutputArchive } from './runs/output.ts'
import { ulid } from './runs/ulid.ts'
import { type Haste, type Tap, untapped } from './tap.ts'
import type { Redactor } from './transcripts/redact.ts'
import type { JobSigner } from './workers/job.ts'
import { createLegQueue, type LegQueue } from './workers/queue.ts'

export interface Setting {
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly redactor: Redactor
  /** Only the fault tests have these. */
  readonly tap?: Tap
  readonly haste?: Haste
}

/** What bot, worker and command line share: the journal, the archive and the library. */
export interface Core extends Setting {
  readonly tap: Tap
  readonly haste: Haste
  readonly library: Library
  readonly journal: Journal
  readonly leases: Leases
  readonly outputs: OutputArchive
  readonly archive: RunArchive
  /** The connection that fails fast, for whoever a person waits for. */
  readonly redis: ReturnType<typeof connectRedis>
  readonly redisUrl: string
  readonly lifecycle: Lifecycle
}

/** Opens what every part of ha-bot needs; `known` stands in for the library of the configuration. Connecting to Redis goes on in the background: its absence shows in the first answer. */
export async function openCore(setting: Setting, known?: Library): Promise<Result<Core>> {
  const { config, env, redactor, tap = untapped, haste = {} } = setting
  const library = known ? good(known) : await openLibrary(config)
  if (!library.ok) return library
  const register = (name: string, value: string) => redactor.register(name, value)
  const password = await readOptionalSecret(REDIS_PASSWORD, { env, register })
  if (!password.ok) return password
  for (const warning of password.value?.warnings ?? []) setting.log.warn({ code: warning.code }, warning.message)

  const lifecycle = new Lifecycle()
  const redisUrl = redisAddress(config.redis, password.value?.value)
  const redis = connectRedis(redisUrl, 'desk')
  lifecycle.add('Redis', redis.close)
  const archive = tap('archive', createEntryArchive(config.archive))
  const journal = tap('journal', journalOn(redis.redis, config, archive))
  const outputs = tap(
    'outputs',
    createOutputArchive(config.archive, () => redactor.stream()),
  )
  return good({
    ...setting,
    tap,
    haste,
    library: library.value,
    journal,
    leases: tap('leases', createLeases(redis.redis)),
    outputs,
    archive,
    redis,
    redisUrl,
    lifecycle,
  })
}

export function journalOn(
  redis: ReturnType<typeof connectRedis>['redis'],
  config: Config,
  archive: EntryArchive,
): Journal {
  return createJournal({
    redis,
    where: config.redis.replace(/^rediss?:\/\//, ''),
    archive,
    newRun: () => ulid(systemClock.now(), randomBytes(10)),
  })
}

/** The runbooks of the configuration, linted and held against their lock. */
export async function openLibrary(config: Config): Promise<Result<Library>> {
  const folder = await readRunbookFolder(config.runbooks)
  return folder.ok ? loadLibrary(folder.value.files, folder.value.lock) : folder
}

/** The queue for whoever has a key to sign with; it ends with `core.lifecycle`. */
export function openQueue(core: Core, signer: JobSigner): LegQueue {
  const queue = core.tap('queue', createLegQueue({ redis: core.redis.redis, time: () => core.journal.time(), signer }))
  core.lifecycle.add('the queue', queue.close)
  return queue
}

/** What the desk works with. A terminal has no queue, for it has no key: workers hear of its words from the journal. */
export function deskParts(core: Core, by: 'bot' | 'cli', queue?: LegQueue): DeskParts {
  const { journal, leases, library, config, log } = core
  const nudge = async (run: string, leg: number) => {
    await queue
      ?.add({ run, leg, try: 1 })
      .catch((err: unknown) => log.warn({ err, run }, 'a nudge was lost; reconcile makes up for it'))
  }
  const { inventory, directory, policies } = config
  return {
    journal,
    leases,
    library,
    inventory,
    directory,
    policies,
    nudge,
    by: `${by}@${hostname()}`,
    now: systemClock.now,
  }
}
