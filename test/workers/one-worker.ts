/**
 * A worker process for the tests: REDIS, ARCHIVE, and HANG, what of `preview` and `change` it never comes back from. What was sent is told in
 * Redis, and so is which operations a node has a record of.
 */
import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import { systemClock } from '../../src/adapters/clock.ts'
import { connectRedis } from '../../src/adapters/redis/connect.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import { createLeases } from '../../src/adapters/redis/leases.ts'
import type { Operations } from '../../src/runs/operations.ts'
import type { Shell } from '../../src/runs/ports.ts'
import { carryLeg } from '../../src/workers/leg-worker.ts'
import { consumeLegs } from '../../src/workers/queue.ts'
import { libraryWith, policy, workerParts } from '../support/bench-parts.ts'
import { exited } from '../support/scripted-shell.ts'
import { pvfsCluster, pvfsStatus, scriptedStatus } from '../support/statuses.ts'
import { admitAll, openQueue } from './job-keys.ts'

const { REDIS = '', ARCHIVE = '', HANG = '' } = process.env
const { redis } = connectRedis(REDIS, 'worker')

const shell: Shell = {
  async execute({ script }) {
    // The look at the mounts: not what these tests are about.
    if (script.includes('crm_node -n')) return exited(0)
    if (!script.includes('crm_simulate')) throw new Error(`a change came as a read: ${script}`)
    await sent('preview')
    return exited(0)
  },
}

async function sent(what: 'preview' | 'change'): Promise<void> {
  await redis.rpush('test:sent', what)
  if (what === HANG) await new Promise(() => undefined)
}

const nothing = { text: '', bytes: 0, truncated: false }
const seen = { stdout: nothing, stderr: nothing, durationMs: 1, record: 'claimed' }
const operations: Operations = {
  async perform({ operation }) {
    if ((await redis.hsetnx('test:ledger', operation, '1')) === 0)
      return { kind: 'interrupted', reason: 'its process is gone', ...seen }
    await sent('change')
    return { kind: 'done', exitCode: 0, exitSignal: '', complete: true, ...seen }
  },
  fence: async () => ({ ok: true, value: true }),
  witness: async () => ({ ok: true, value: true }),
  ledger: async () => ({ ok: true, value: { operations: [], epoch: 0, heads: [] } }),
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
    operations,
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
  clock: systemClock,
  concurrency: 4,
  admit: admitAll(redis, journal, openQueue(redis, journal)),
  carry: (leg, abort, standing) => carryLeg(parts, leg, { abort, mayAct: () => standing.ok() }),
  onError: error => process.stderr.write(`${error.message}\n`),
  timing: { lockMs: 4000, stalledMs: 500 },
})
