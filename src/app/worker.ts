import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { systemClock } from '../adapters/clock.ts'
import { copiedFiles } from '../adapters/copied-files.ts'
import { connectRedis } from '../adapters/redis/connect.ts'
import { redisFacts } from '../adapters/redis/facts.ts'
import { createLeases } from '../adapters/redis/leases.ts'
import { loadSigner, loadTrusted } from '../adapters/signatures/bot-signature.ts'
import { verifyAttestation } from '../adapters/signatures/verify-attestation.ts'
import { readRunner } from '../adapters/ssh/runner-file.ts'
import { createSshShell, type SshShell } from '../adapters/ssh/shell.ts'
import { createTcpProber } from '../adapters/tcp-prober.ts'
import { type Core, journalOn } from '../app.ts'
import { redisFindings } from '../commands/doctor/redis-findings.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import type { Operations } from '../runs/operations.ts'
import { planConditions } from '../runs/plan-conditions.ts'
import { createAuthenticity, type Verify } from '../workers/authenticity.ts'
import { carryLeg, type LegWorkerParts } from '../workers/leg-worker.ts'
import { createOperations } from '../workers/operations/operations.ts'
import { createPlanner } from '../workers/planner.ts'
import { createStatusReader } from '../workers/status-reader.ts'
import { createStopWatch } from '../workers/stop-watch.ts'
import { loadJobKeys, startLegs } from './legs.ts'
import { maskedOperations } from './masked-operations.ts'
import { maskedShell } from './masked-shell.ts'
import { openRecovery, rememberingLeases } from './recovery.ts'
import { rememberingPasswords } from './remembering-passwords.ts'
import { sealEnds } from './seal-ends.ts'
import { createSealer, type Sealer } from './sealing.ts'

/** Starts carrying out runs. Its resources end with `core.lifecycle`; changes under way go on on their nodes, and the next worker follows them. */
export async function startWorker(core: Core): Promise<Result<{ readonly shell: SshShell }>> {
  const { config, log, lifecycle, env, tap } = core
  const trusted = await loadTrusted(config.signing.trusted, 'bot')
  if (!trusted.ok) return trusted
  const keys = await loadJobKeys(config)
  if (!keys.ok) return keys
  const forgetful = await forgetfulRedis(core)
  if (forgetful.length > 0) return bad(...forgetful)
  const shell = openShell(core)
  const link = connectRedis(core.redisUrl, 'worker')
  lifecycle.add("the worker's Redis", link.close)

  const journal = tap('journal', journalOn(link.redis, config, core.archive))
  const leases = tap('leases', createLeases(link.redis))
  const recovery = openRecovery(core, journal, leases)
  await recovery.round().catch((err: unknown) => log.error({ err }, 'Redis could not be held against the archive'))
  const leaving = new AbortController()
  const verify: Verify = (text, { attestation, speaker, at }) =>
    verifyAttestation(
      { attestation, text, person: speaker.person, heardAt: at },
      { directory: config.directory, bot: trusted.value, path: env['PATH'] },
    )
  const operations = await openOperations(core, shell)
  if (!operations.ok) return operations
  const sign = await loadSigner(config.signing.worker)
  if (!sign.ok) return sign
  const name = `worker@${hostname()}:${process.pid}`
  const sealer = createSealer(core, { journal, operations: operations.value, sign: sign.value, name })
  const parts = workerParts(core, {
    ...{ journal, shell, verify, leaving: leaving.signal, operations: operations.value, sealer, name },
    leases: rememberingLeases(leases, recovery),
  })
  const ends = sealEnds({
    ...{ journal, seal: sealer.seal, signal: leaving.signal },
    onError: (err, run) => log.error({ err, run }, 'the end of a run could not be sealed'),
  })
  const legs = startLegs(core, {
    ...{ redis: link.redis, journal, recovery, keys: keys.value, leaving: leaving.signal },
    carry: (leg, lost, standing) =>
      carryLeg(parts, leg, { abort: AbortSignal.any([leaving.signal, lost]), mayAct: () => standing.ok() }),
  })
  lifecycle.add('the worker', async () => {
    leaving.abort()
    await Promise.all([legs.close(), ends])
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
export function openShell({ config, env, log, lifecycle, tap }: Core): SshShell {
  const shell = tap(
    'shell',
    createSshShell({ inventory: config.inventory, readFile: path => readFile(path), env, log }),
  )
  lifecycle.add('SSH connections', () => shell.close())
  return shell
}

/** Changes on nodes, over the same connections. */
export async function openOperations({ config, log, tap }: Core, shell: SshShell): Promise<Result<Operations>> {
  const runner = await readRunner()
  if (!runner.ok) return runner
  const { inventory } = config
  return good(tap('operations', createOperations({ shell, clock: systemClock, runner: runner.value, inventory, log })))
}

interface Means {
  readonly journal: LegWorkerParts['journal']
  readonly shell: SshShell
  readonly operations: Operations
  readonly sealer: Sealer
  readonly name: string
  readonly verify: Verify
  readonly leases: LegWorkerParts['ports']['leases']
  readonly leaving: AbortSignal
}

function workerParts(core: Core, means: Means): LegWorkerParts {
  const { config, library, outputs, log } = core
  const { journal, leases, operations, sealer, name } = means
  const shell = maskedShell(means.shell, core.redactor)
  const { inventory, directory, policies } = config
  const status = createStatusReader({ inventory, shell, clock: systemClock })
  const hostKeys: Parameters<typeof createPlanner>[0]['hostKeys'] = async cluster => {
    const pinned = await means.shell.hostKeyFingerprints(cluster.name)
    return pinned.ok ? pinned.value : {}
  }
  const fileOf = rememberingPasswords(copiedFiles(config.files), core.redactor)
  const planner = createPlanner({ inventory, library, directory, policies, status, hostKeys, fileOf })
  return {
    journal,
    inventory,
    planner,
    ports: {
      shell,
      operations: maskedOperations(operations, core.redactor),
      differences: (run, reading) => planner.differences(run, reading),
      status,
      outputs,
      leases,
      conditionsOf: planConditions(inventory),
      clock: systemClock,
      prober: createTcpProber(systemClock),
      fileOf,
      time: () => journal.time(),
      newToken: () => randomBytes(16).toString('hex'),
    },
    authenticity: createAuthenticity(means.verify, directory, policies),
    stops: createStopWatch(journal, means.leaving, err => log.error({ err }, 'stops are no longer seen')),
    afterEnd: sealer.afterEnd,
    name,
  }
}
