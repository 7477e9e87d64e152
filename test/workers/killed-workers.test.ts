import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import { createLeases } from '../../src/adapters/redis/leases.ts'
import { createDesk } from '../../src/commands/dispatch.ts'
import { brokenAt } from '../../src/runs/chain.ts'
import type { RunState } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import type { LegQueue } from '../../src/workers/queue.ts'
import { reconcile } from '../../src/workers/reconcile.ts'
import { attest, directory, libraryWith, policy, speaker } from '../support/bench-parts.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { pvfsCluster } from '../support/statuses.ts'
import { openQueue } from './job-keys.ts'

const PROGRAM = fileURLToPath(new URL('./one-worker.ts', import.meta.url))

let redis: PrivateRedis
let archive: string
let queue: LegQueue
const workers: ChildProcess[] = []

beforeEach(async () => {
  redis = await startRedis()
  archive = await mkdtemp(join(tmpdir(), 'ha-killed-'))
  const { redis: link } = redis.connect('worker')
  queue = openQueue(link, { time: async () => Number((await link.time())[0]) * 1000 })
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map(kill))
  await queue?.close()
  await redis?.close()
  await rm(archive, { recursive: true, force: true })
})

function startWorker(hang = ''): ChildProcess {
  const env = { ...process.env, REDIS: redis.url, ARCHIVE: archive, HANG: hang }
  const worker = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { env, stdio: ['ignore', 'ignore', 'ignore'] })
  workers.push(worker)
  return worker
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const exit = once(worker, 'exit')
  worker.kill('SIGKILL')
  await exit
}

function createWorld() {
  const link = redis.connect('worker')
  const newRun = () => ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
  const journal = createJournal({ redis: link.redis, where: redis.url, archive: createEntryArchive(archive), newRun })
  return {
    journal,
    leases: createLeases(link.redis),
    sent: () => link.redis.lrange('test:sent', 0, -1),
    reconcile: () => reconcile({ journal, queue, name: 'reconcile@test' }),
    async desk() {
      const inventory = { pvfs: pvfsCluster() }
      return createDesk({
        journal,
        leases: createLeases(link.redis),
        library: await libraryWith(),
        inventory,
        directory,
        policies: { pvfs: policy },
        nudge: async () => undefined,
        by: 'bot@test',
        now: Date.now,
      })
    },
  }
}

type World = ReturnType<typeof createWorld>

async function requested(world: World): Promise<string> {
  const desk = await world.desk()
  const teams = async () => true
  const said = { text: 'failover server2', speaker: speaker('ana'), dedupe: 'one', teams, attest }
  const answer = await desk.say(said)
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  return answer.run
}

/** Reconciles until the run is as wanted. */
function until(world: World, run: string, isSo: (state: RunState) => boolean): Promise<RunState> {
  return eventually(async () => {
    await world.reconcile()
    const state = (await world.journal.load(run))?.state
    return state && isSo(state) ? state : undefined
  }, 30_000)
}

async function ends(leg: Parameters<typeof queue.state>[0]): Promise<void> {
  await eventually(async () => ((await queue.state(leg)) === 'ended' ? true : undefined), 30_000)
}

async function sentTo(world: World, count: number): Promise<string[]> {
  return await eventually(async () => {
    await world.reconcile()
    const sent = await world.sent()
    return sent.length >= count ? sent : undefined
  }, 30_000)
}

describe('a worker that is killed', () => {
  test('in a read-only step: the queue repeats nothing by itself; a new try asks again', async () => {
    const world = createWorld()
    const run = await requested(world)
    const first = startWorker('preview')
    await sentTo(world, 1)
    await kill(first)
    startWorker()
    // Without reconcile, the dead worker's job is only ever declared ended.
    await ends({ run, leg: 1, try: 1 })
    expect(await world.sent()).toEqual(['preview'])

    const state = await until(world, run, now => now.phase === 'waiting')
    expect(await world.sent()).toEqual(['preview', 'preview'])
    expect(state.steps['preview']?.executions.map(one => one.outcome)).toEqual([undefined, 'succeeded'])
    // The journal says so a moment before the queue does.
    await ends({ run, leg: 1, try: 2 })
  }, 60_000)

  test('in a change: nobody sends it again, the run is unknown, and the cluster stays held', async () => {
    const world = createWorld()
    const run = await requested(world)
    const first = startWorker('change')
    await until(world, run, now => now.phase === 'waiting')
    const teams = async () => true
    const verdict = { decision: 'approve', reason: '', confirm: '', speaker: speaker('bo'), teams, attest } as const
    const decided = await (await world.desk()).decide({ gate: { run }, ...verdict })
    expect(decided.kind).toBe('decided')
    await sentTo(world, 2)
    await kill(first)
    startWorker()

    const state = await until(world, run, now => now.phase === 'finished')
    expect(state.finished?.outcome).toBe('unknown')
    expect(await world.sent()).toEqual(['preview', 'change'])
    expect(await world.leases.holder('pvfs')).toMatchObject({ run })
    expect(brokenAt((await world.journal.load(run))?.entries ?? [])).toBeUndefined()
  }, 60_000)
})
