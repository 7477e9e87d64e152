import { createQuarantine } from '../../src/adapters/redis/quarantine.ts'
import type { Journal } from '../../src/runs/journal.ts'
import { createAdmission } from '../../src/workers/admission.ts'
import type { Admit, JobSigner, Unfit } from '../../src/workers/job.ts'
import { createLegQueue, type LegQueue } from '../../src/workers/queue.ts'
import type { PrivateRedis } from '../support/redis.ts'

type Redis = ReturnType<PrivateRedis['connect']>['redis']

/** Signatures have tests of their own; elsewhere any will do. */
const signer: JobSigner = { by: 'worker', sign: () => 'c2lnbmVk' }

export function openQueue(redis: Redis, journal: Pick<Journal, 'time'>): LegQueue {
  return createLegQueue({ redis, time: () => journal.time(), signer })
}

/** Lets every job in that the journal has a use for, whoever signed it. */
export function admitAll(redis: Redis, journal: Journal, queue: LegQueue): Admit {
  const quarantine = createQuarantine<Unfit>(redis)
  return createAdmission({ journal, queue, quarantine, isSigned: () => true, alarm: () => undefined })
}
