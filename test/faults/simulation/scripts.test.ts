import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createJournal } from '../../../src/adapters/redis/journal.ts'
import { createLeases } from '../../../src/adapters/redis/leases.ts'
import type { Journal, Opened, RunArchive } from '../../../src/runs/journal.ts'
import type { Leases } from '../../../src/runs/leases.ts'
import type { RunRecord } from '../../../src/runs/state.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import { finished, legStarted, requested, stopRequested } from '../../support/run-fixtures.ts'
import { History } from './history.ts'
import { Kernel } from './kernel.ts'
import { Life } from './life.ts'
import { Random } from './random.ts'
import { SimulatedArchive } from './redis/archive.ts'
import { clientFor } from './redis/client.ts'
import { SimulatedRedis } from './redis/redis.ts'

/** The adapters over one Redis, real or played, and what was read through them so far. */
interface Side {
  readonly journal: Journal
  readonly leases: Leases
  readonly opened: Opened[]
  readonly records: RunRecord[]
  readonly empty: () => Promise<void>
  /** Lets what was asked come to an answer. */
  readonly settle: <T>(asked: Promise<T>) => Promise<T>
}

let redis: PrivateRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => await redis?.close())

function sideOver(client: Parameters<typeof createLeases>[0], archive: RunArchive): Pick<Side, 'journal' | 'leases'> {
  let runs = 0
  const newRun = () => `01JD000000000000000000${String(++runs).padStart(4, '0')}`
  return { journal: createJournal({ redis: client, where: 'here', archive, newRun }), leases: createLeases(client) }
}

function played(): Side {
  const kernel = new Kernel()
  const life = new Life('test', kernel)
  const redis = new SimulatedRedis(kernel, new History(kernel), new Random(1))
  const archive = new SimulatedArchive(kernel, new Random(2)).port(life)
  return {
    ...sideOver(clientFor(redis, life, 'worker'), archive),
    ...{ opened: [], records: [] },
    empty: async () => redis.empty(),
    settle: async asked => {
      await kernel.run(kernel.now + 1000)
      return await asked
    },
  }
}

async function real(): Promise<Side> {
  const link = redis.connect('worker').redis
  await link.flushall()
  // The archive is the played one on both sides; here its steps take no time.
  const archive = new SimulatedArchive(
    { in: (_: number, act: () => void) => act() } as unknown as Kernel,
    new Random(2),
  )
  const life = new Life('test', new Kernel())
  return {
    ...sideOver(link, archive.port(life)),
    ...{ opened: [], records: [] },
    empty: async () => void (await link.flushall()),
    settle: asked => asked,
  }
}

type Step = (side: Side) => Promise<unknown>
const EVENTS = [legStarted(1), await stopRequested('cy'), finished()]
const RUNS = ['01JD0000000000000000000001', '01JD0000000000000000000002', '01JD0000000000000000000003']
const cluster = 'pvfs'

function nth<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)]
}

const small = fc.nat({ max: 5 })
const epoch = fc.integer({ min: 1, max: 4 })
const run = fc.constantFrom(...RUNS)
const step: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  fc.tuple(fc.constantFrom('one', 'two'), fc.boolean()).map(
    ([dedupe]) =>
      [
        `open ${dedupe}`,
        async ({ journal, opened }: Side) => {
          const answer = await journal.open(dedupe)
          if (answer.ok) opened.push(answer.value)
          return answer.ok && answer.value
        },
      ] as const,
  ),
  small.map(
    index =>
      [
        `begin ${index}`,
        async (side: Side) => {
          const at = nth(side.opened, index)
          return at && (await appended(side, side.journal.append(at, [await requested()], 'bot@test')))
        },
      ] as const,
  ),
  fc.tuple(small, fc.nat({ max: EVENTS.length - 1 })).map(
    ([index, event]) =>
      [
        `append ${event} at ${index}`,
        async (side: Side) => {
          const at = nth(side.records, index)
          return at && (await appended(side, side.journal.append(at, EVENTS.slice(event, event + 1), 'worker@test')))
        },
      ] as const,
  ),
  small.map(
    index =>
      [
        `compare ${index}`,
        async ({ journal, records }: Side) => {
          const at = nth(records, index)?.state
          return at && (await journal.compare([{ run: at.run, number: at.number, seq: at.seq, hash: at.head }]))
        },
      ] as const,
  ),
  small.map(
    index =>
      [
        `restore ${index}`,
        async ({ journal, opened }: Side) => {
          const at = nth(opened, index)
          return at && (await journal.restore(at, 'recovery@test')).kind
        },
      ] as const,
  ),
  fc.constant(['empty', ({ empty }: Side) => empty()] as const),
  fc.constant(['active', async ({ journal }: Side) => [...(await journal.active())].sort()] as const),
  fc.constant(['list', ({ journal }: Side) => journal.list(5)] as const),
  run.map(one => [`take ${one}`, ({ leases }: Side) => leases.take(cluster, { run: one, number: 1 }, 7)] as const),
  fc
    .tuple(run, epoch)
    .map(([one, at]) => [`release ${one} ${at}`, ({ leases }: Side) => leases.release(cluster, one, at)] as const),
  fc
    .tuple(run, epoch)
    .map(
      ([one, at]) =>
        [
          `give back ${one} ${at}`,
          ({ leases }: Side) => leases.restore(cluster, { run: one, number: 1, since: 7 }, at),
        ] as const,
    ),
  run.map(one => [`bump ${one}`, ({ leases }: Side) => leases.bump(cluster, one)] as const),
  epoch.map(at => [`raise ${at}`, ({ leases }: Side) => leases.raise(cluster, at)] as const),
  fc.constant(['holder', ({ leases }: Side) => leases.holder(cluster)] as const),
)

async function appended({ records }: Side, asked: ReturnType<Journal['append']>): Promise<unknown> {
  const answer = await asked
  if (answer.kind === 'unavailable') return 'unavailable'
  records.push(answer.record)
  return [answer.kind, answer.record.state.seq]
}

describe('the Redis of the simulation', () => {
  test('answers the adapters as a real one does, whatever they ask in whatever order', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
        const sides = [await real(), played()] as const
        for (const [name, act] of steps) {
          const [there, here] = [await sides[0].settle(act(sides[0])), await sides[1].settle(act(sides[1]))]
          expect(here, name).toEqual(there)
        }
      }),
      { numRuns: 300 },
    )
  })
})
