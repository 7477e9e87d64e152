/**
 * A worker process for the tests: REDIS, ARCHIVE, and HANG, a piece of a script at which its shell says so in Redis and never answers.
 */
import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import { systemClock } from '../../src/adapters/clock.ts'
import { connectRedis } from '../../src/adapters/redis/connect.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import { createLeases } from '../../src/adapters/redis/leases.ts'
import type { Shell } from '../../src/runs/ports.ts'
import { carryLeg } from '../../src/workers/leg-worker.ts'
import { consumeLegs } from '../../src/workers/queue.ts'
import { libraryWith, policy, workerParts } from '../support/bench-parts.ts'
import { exited } from '../support/scripted-shell.ts'
import { pvfsCluster, pvfsStatus, scriptedStatus } from '../support/statuses.ts'

const { REDIS = '', ARCHIVE = '', HANG = '' } = process.env
const { redis } = connectRedis(REDIS, 'worker')

const shell: Shell = {
  async execute({ script }) {
    // The look at the mounts: not what these tests are about.
    if (script.includes('crm_node -n')) return exited(0)
    const what = script.includes('crm_simulate') ? 'preview' : 'change'
    await redis.rpush('test:sent', what)
    if (what === HANG) await new Promise(() => undefined)
    return exited(0)
  },
}

const journal = createJournal({
  redis,
  where: REDIS,
  archive: createEntryArchive(ARCHIVE),
  newRun: () => '',
})
const parts = workerParts(
  {
    journal,
    shell,
    leases: createLeases(redis),
    status: scriptedStatus(pvfsStatus()),
    outputs: createOutputArchive(ARCHIVE, () => ({ write: chunk => chunk, flush: () => Buffer.alloc(0) })),
    clock: systemClock,
    inventory: { pvfs: pvfsCluster() },
    library: await libraryWith(),
    policies: { pvfs: policy },
  },
  `worker@test:${process.pid}`,
)
consumeLegs({
  redis,
  concurrency: 4,
  carry: (leg, lost) => carryLeg(parts, leg, lost),
  onError: error => process.stderr.write(`${error.message}\n`),
  timing: { lockMs: 4000, stalledMs: 500 },
})
