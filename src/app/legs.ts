import { hostname } from 'node:os'
import { systemClock } from '../adapters/clock.ts'
import { createQuarantine } from '../adapters/redis/quarantine.ts'
import { isSignedBy, loadSigner, loadTrusted } from '../adapters/signatures/bot-signature.ts'
import { type Core, openQueue } from '../app.ts'
import { bad, good, type Result } from '../problem.ts'
import type { Journal } from '../runs/journal.ts'
import { createAdmission } from '../workers/admission.ts'
import type { IsSigned, JobSigner, Unfit } from '../workers/job.ts'
import { followNews } from '../workers/news.ts'
import { type ConsumerOptions, consumeLegs } from '../workers/queue.ts'
import { reconcile, reconcileNews } from '../workers/reconcile.ts'
import type { Recovery } from '../workers/recovery.ts'
import { createWatchdog } from '../workers/watchdog.ts'
import { every } from './every.ts'

const CONCURRENT_LEGS = 20
const RECONCILE_MS = 2000
const DEAF_MS = 20_000

/** Keys of this worker, and those whose nudges it listens to. */
export interface JobKeys {
  readonly signer: JobSigner
  readonly isSigned: IsSigned
}

/** Reads the worker's own key and the public keys of all who may nudge. */
export async function loadJobKeys({ signing }: Core['config']): Promise<Result<JobKeys>> {
  const sign = await loadSigner(signing.worker)
  const bot = await loadTrusted(signing.trusted, 'bot')
  const worker = await loadTrusted(signing.trusted, 'worker')
  if (!sign.ok || !bot.ok || !worker.ok) return bad(...[sign, bot, worker].flatMap(one => (one.ok ? [] : one.problems)))
  const trusted = { bot: bot.value, worker: worker.value }
  return good({
    signer: { by: 'worker', sign: sign.value },
    isSigned: (by, text, signature) => isSignedBy(trusted[by], text, signature),
  })
}

export interface LegsParts {
  readonly redis: Core['redis']['redis']
  readonly journal: Journal
  readonly recovery: Recovery
  readonly keys: JobKeys
  readonly carry: ConsumerOptions['carry']
  readonly leaving: AbortSignal
}

/** Takes legs from the queue, and sees to it that there is one for every run that wants it. Answers what to wait for when leaving. */
export function startLegs(core: Core, parts: LegsParts): { close(): Promise<void> } {
  const { log, haste, tap } = core
  const { redis, journal, recovery, keys, carry, leaving } = parts
  const queue = openQueue(core, keys.signer)
  const quarantine = tap('quarantine', createQuarantine<Unfit>(redis))
  const alarm = (job: string, why: Unfit) => log.error({ job, why }, ALARM)
  const admit = createAdmission({ journal, queue, isSigned: keys.isSigned, quarantine, alarm })
  const consumer = consumeLegs(
    tap('consumer', {
      ...{ redis, admit, carry, clock: systemClock, concurrency: CONCURRENT_LEGS },
      onError: (err: Error) => log.warn({ err }, 'the queue has trouble'),
      timing: { lockMs: haste.lockMs ?? 15_000, stalledMs: haste.stalledMs ?? 5_000 },
    }),
  )
  const reconciling = { journal, queue, name: `reconcile@${hostname()}` }
  const watch = createWatchdog({
    queue,
    consumer,
    clock: systemClock,
    limitMs: DEAF_MS,
    onDeaf: id => endDeaf(core, id),
  })
  const round = async () => {
    await recovery.round().catch((err: unknown) => log.error({ err }, 'Redis could not be held against the archive'))
    await watch()
    await reconcile(reconciling)
  }
  const onError = (err: unknown) => log.warn({ err }, 'a round of reconcile failed')
  const rounds = every(haste.reconcileMs ?? RECONCILE_MS, leaving, round, onError)
  const look = async (run: string) => (consumer.carries(run) ? undefined : await reconcileNews(reconciling, run))
  const news = followNews({ journal, clock: systemClock, look, onError }, leaving)
  return {
    close: async () => {
      await Promise.all([consumer.close(), rounds, news])
    },
  }
}

const ALARM = 'a job that is not signed by anybody who may nudge was set aside; somebody may be writing to Redis'

/** Whoever supervises this process starts it again. Changes on nodes go on, and are followed from there. */
function endDeaf({ log }: Core, job: string): void {
  log.error(
    { job },
    `a job waits for ${DEAF_MS / 1000} s and this worker is not told of it: it ends, to be started anew`,
  )
  process.exit(5)
}
