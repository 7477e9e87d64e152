import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { createLeases } from '../../../src/adapters/redis/leases.ts'
import { rememberingLeases } from '../../../src/app/recovery.ts'
import { bad } from '../../../src/problem.ts'
import type { Journal } from '../../../src/runs/journal.ts'
import type { Leases } from '../../../src/runs/leases.ts'
import type { Operations } from '../../../src/runs/operations.ts'
import type { Prober } from '../../../src/runs/ports.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { createAdmission } from '../../../src/workers/admission.ts'
import { createAuthenticity } from '../../../src/workers/authenticity.ts'
import { carryLeg, type LegWorkerParts } from '../../../src/workers/leg-worker.ts'
import { createOperations } from '../../../src/workers/operations/operations.ts'
import { createPlanner } from '../../../src/workers/planner.ts'
import { reconcile } from '../../../src/workers/reconcile.ts'
import { Recovery } from '../../../src/workers/recovery.ts'
import { createStopWatch } from '../../../src/workers/stop-watch.ts'
import { directory } from '../../support/bench-parts.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import { clientFor } from './redis/client.ts'
import { Consumer, createLegQueue } from './redis/queue.ts'
import type { Patience } from './redis/redis.ts'
import { CLUSTER, conditionsOf, inventory, library, policies, verify } from './setting.ts'
import type { World } from './world.ts'

const RECONCILE_MS = 5000
const RUNNER = Buffer.from('# stands for deploy/node-runner.sh, which test/faults/simulation/node/ plays\n')

/** No runbook of the simulation asks a service. */
const NOTHING_MEASURED: Prober = {
  watch: () => {
    throw new Error('no service is asked here')
  },
}

/** Ways in which a worker could be wrong: planted to see that they are found. */
export interface WorkerFlaws {
  readonly journal?: (journal: Journal) => Journal
  readonly leases?: (leases: Leases) => Leases
  readonly operations?: (operations: Operations, world: World) => Operations
}

/** The journal and the leases as one process uses them: the adapters of production over a Redis that is played. */
export function storesFor(world: World, life: Life, patience: Patience, random: Random) {
  const { redis, archive, feed, flaws } = world
  const client = clientFor(redis, life, patience)
  const newRun = () => ulid(redis.time(), Buffer.from([...Array(10)].map(() => random.int(0, 255))))
  const real = createJournal({ redis: client, where: 'redis', archive: archive.port(life), newRun })
  const journal: Journal = { ...real, follow: signal => feed.follow(life, signal) }
  const leases = createLeases(client)
  return { journal: flaws.worker?.journal?.(journal) ?? journal, leases: flaws.worker?.leases?.(leases) ?? leases }
}

/** A worker process, joined as src/app/worker.ts joins it. */
export class SimulatedWorker {
  readonly life: Life
  readonly #leaving = new AbortController()
  readonly #consumer: Consumer

  constructor(world: World, life: Life, host: string, random: Random) {
    this.life = life
    const { redis, archive, history, kernel, network, cluster, outputs, flaws } = world
    const { clock } = life
    const { journal, leases } = storesFor(world, life, 'worker', random)
    const shell = network.shellFor(life, host)
    const status = cluster.readerFor(life)
    const log = { info: () => undefined, warn: () => undefined }
    const real = createOperations({ shell, clock, runner: RUNNER, inventory, log, random: () => random.float() })
    const operations = flaws.worker?.operations?.(real, world) ?? real
    const planner = createPlanner({ inventory, library, directory, policies, status, hostKeys: async () => ({}) })
    const trouble = (what: string) => (error: unknown) => history.note(life.name, `${what}: ${String(error)}`)
    const recovery = new Recovery({
      ...{ journal, archive: archive.port(life), leases, clusters: [CLUSTER], name: `recovery@${host}` },
      tell: news => {
        history.note(life.name, `recovery: #${news.run.number} ${news.kind}`)
        if (news.kind === 'refused') world.toldToAdmin.add(news.run.run)
      },
    })
    const parts: LegWorkerParts = {
      journal,
      ports: {
        ...{ shell, operations, status, clock, conditionsOf },
        leases: rememberingLeases(leases, recovery),
        outputs: outputs.port(),
        prober: NOTHING_MEASURED,
        fileOf: async source => bad({ code: 'cannot-copy', message: `There is no ${source} here.` }),
        differences: (run, reading) => planner.differences(run, reading),
        time: () => journal.time(),
        newToken: () => [...Array(4)].map(() => random.int(0, 0xffff_ffff).toString(16).padStart(8, '0')).join(''),
      },
      planner,
      authenticity: createAuthenticity(verify, directory, policies),
      stops: createStopWatch(journal, this.#leaving.signal, trouble('stops are no longer seen')),
      inventory,
      afterEnd: async () => undefined,
      name: life.name,
    }
    const queue = createLegQueue(redis, life, 'worker')
    const quarantine = { put: async () => true, count: async () => ({}) }
    const alarm = (id: string, why: string) => history.note(life.name, `${id} is set aside: ${why}`)
    this.#consumer = new Consumer({
      ...{ redis, life, kernel, random },
      admit: createAdmission({ journal, queue, isSigned: () => true, quarantine, alarm }),
      carry: (leg, lost, standing) =>
        carryLeg(parts, leg, { abort: AbortSignal.any([this.#leaving.signal, lost]), mayAct: () => standing.ok() }),
      onError: trouble('a leg ended by an error'),
    })
    void this.#every(async () => {
      await recovery.round()
      await reconcile({ journal, queue, name: `reconcile@${host}` })
    }, trouble('a round failed'))
  }

  /** SIGTERM: legs under way are left to others; resolves when the process ends. */
  async leave(): Promise<void> {
    this.#leaving.abort()
    await this.#consumer.close()
  }

  async #every(round: () => Promise<void>, onError: (error: unknown) => void): Promise<void> {
    const { signal } = this.#leaving
    while (!signal.aborted) {
      await round().catch(onError)
      await this.life.clock.sleep(RECONCILE_MS, signal)
    }
  }
}
