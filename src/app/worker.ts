import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { systemClock } from '../adapters/clock.ts'
import { connectRedis } from '../adapters/redis/connect.ts'
import { redisFacts } from '../adapters/redis/facts.ts'
import { createLeases } from '../adapters/redis/leases.ts'
import { loadTrusted } from '../adapters/signatures/bot-signature.ts'
import { verifyAttestation } from '../adapters/signatures/verify-attestation.ts'
import { createSshShell, type SshShell } from '../adapters/ssh/shell.ts'
import { type Core, journalOn } from '../app.ts'
import { redisFindings } from '../commands/doctor/redis-findings.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { planConditions } from '../runs/plan-conditions.ts'
import { createAuthenticity, type Verify } from '../workers/authenticity.ts'
import { carryLeg, type LegWorkerParts } from '../workers/leg-worker.ts'
import { createPlanner } from '../workers/planner.ts'
import { consumeLegs } from '../workers/queue.ts'
import { reconcile } from '../workers/reconcile.ts'
import { createStatusReader } from '../workers/status-reader.ts'
import { createStopWatch } from '../workers/stop-watch.ts'
import { every } from './every.ts'
import { maskedShell } from './masked-shell.ts'

const CONCURRENT_LEGS = 20
const RECONCILE_MS = 2000

/** Starts carrying out runs. Its resources end with `core.lifecycle`; changes under way are let finish and journalled first. */
export async function startWorker(core: Core): Promise<Result<{ readonly shell: SshShell }>> {
  const { config, log, lifecycle, env } = core
  const trusted = await loadTrusted(config.signing.trusted, 'bot')
  if (!trusted.ok) return trusted
  const forgetful = await forgetfulRedis(core)
  if (forgetful.length > 0) return bad(...forgetful)
  const shell = openShell(core)
  const link = connectRedis(core.redisUrl, 'worker')
  lifecycle.add("the worker's Redis", link.close)

  const journal = journalOn(link.redis, config)
  const leaving = new AbortController()
  const verify: Verify = (text, { attestation, speaker, at }) =>
    verifyAttestation(
      { attestation, text, person: speaker.person, heardAt: at },
      { directory: config.directory, bot: trusted.value, path: env['PATH'] },
    )
  const parts = workerParts(core, { journal, shell, verify, leases: createLeases(link.redis), leaving: leaving.signal })
  const consumer = consumeLegs({
    redis: link.redis,
    concurrency: CONCURRENT_LEGS,
    carry: (leg, lost) => carryLeg(parts, leg, AbortSignal.any([leaving.signal, lost])),
    onError: err => log.warn({ err }, 'the queue has trouble'),
  })
  const rounds = every(
    RECONCILE_MS,
    leaving.signal,
    () => reconcile({ journal, queue: core.queue, name: `reconcile@${hostname()}` }),
    err => log.warn({ err }, 'a round of reconcile failed'),
  )
  lifecycle.add('the worker', async () => {
    leaving.abort()
    await Promise.all([consumer.close(), rounds])
  })
  return good({ shell })
}

/** What makes this Redis unfit for changes (`durability: strict`); what is merely weak is logged. */
async function forgetfulRedis({ config, redis, log }: Core): Promise<Problem[]> {
  const findings = redisFindings(await redisFacts(redis.redis, systemClock.now), config.durability)
  for (const { level, what, next } of findings) if (level === 'weak') log.warn({ next }, what)
  const broken = findings.filter(finding => finding.level === 'broken')
  return broken.map(({ what, next }) => ({
    code: 'redis-forgets',
    message: what,
    stillTrue: 'No worker was started.',
    next,
  }))
}

/** SSH to the nodes of the configuration; nothing is connected before the first command. */
export function openShell({ config, env, log, lifecycle }: Core): SshShell {
  const shell = createSshShell({ inventory: config.inventory, readFile: path => readFile(path), env, log })
  lifecycle.add('SSH connections', () => shell.close())
  return shell
}

interface Means {
  readonly journal: LegWorkerParts['journal']
  readonly shell: SshShell
  readonly verify: Verify
  readonly leases: LegWorkerParts['ports']['leases']
  readonly leaving: AbortSignal
}

function workerParts(core: Core, means: Means): LegWorkerParts {
  const { config, library, outputs, log } = core
  const { journal, leases } = means
  const shell = maskedShell(means.shell, core.redactor)
  const { inventory, directory, policies } = config
  const status = createStatusReader({ inventory, shell, clock: systemClock })
  const hostKeys: Parameters<typeof createPlanner>[0]['hostKeys'] = async cluster => {
    const pinned = await means.shell.hostKeyFingerprints(cluster.name)
    return pinned.ok ? pinned.value : {}
  }
  return {
    journal,
    ports: {
      shell,
      status,
      outputs,
      leases,
      conditionsOf: planConditions(inventory),
      clock: systemClock,
      time: () => journal.time(),
      newToken: () => randomBytes(16).toString('hex'),
    },
    planner: createPlanner({ inventory, library, directory, policies, status, hostKeys }),
    authenticity: createAuthenticity(means.verify, directory),
    stops: createStopWatch(journal, means.leaving, err => log.error({ err }, 'stops are no longer seen')),
    name: `worker@${hostname()}:${process.pid}`,
  }
}
