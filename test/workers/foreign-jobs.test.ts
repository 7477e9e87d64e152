import { generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { createQuarantine } from '../../src/adapters/redis/quarantine.ts'
import { isSignedBy } from '../../src/adapters/signatures/bot-signature.ts'
import { createAdmission, type Quarantine } from '../../src/workers/admission.ts'
import { jobId, type Leg, signedJob, type Unfit } from '../../src/workers/job.ts'
import { consumeLegs, createLegQueue, type LegConsumer, type LegQueue } from '../../src/workers/queue.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { createPart, lifeOfARun, lived, living, type Part } from './recovering.ts'

const bot = generateKeyPairSync('ed25519')
const signerWith = (key: KeyObject) => ({
  by: 'bot' as const,
  sign: (text: string) => signWith(null, Buffer.from(text), key).toString('base64'),
})

let redis: PrivateRedis
let folder: string
let part: Part
let queue: LegQueue
let consumer: LegConsumer
let quarantine: Quarantine
/** Redis as somebody sees it who can write to it and has no key. */
let foreign: Queue
let carried: string[]
let alarms: string[]

beforeEach(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-foreign-'))
  part = createPart(redis, folder)
  const link = redis.connect('worker').redis
  queue = createLegQueue({ redis: link, time: () => part.journal.time(), signer: signerWith(bot.privateKey) })
  foreign = new Queue('ha-legs', { connection: redis.connect('worker').redis, prefix: 'ha:queue' })
  quarantine = createQuarantine<Unfit>(link)
  carried = []
  alarms = []
  const { journal } = part
  const admit = createAdmission({
    ...{ journal, queue, quarantine },
    isSigned: (_, text, signature) => isSignedBy([bot.publicKey], text, signature),
    alarm: (id, why) => alarms.push(`${id}: ${why}`),
  })
  consumer = consumeLegs({
    ...{ redis: link, clock: systemClock, concurrency: 4, admit },
    carry: async leg => {
      carried.push(jobId(leg))
    },
    onError: () => undefined,
  })
})
afterEach(async () => {
  await consumer?.close()
  await queue?.close()
  await foreign?.close()
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

async function through(id: string): Promise<void> {
  await eventually(async () => ((await foreign.getJobState(id)) === 'completed' ? true : undefined))
}

/** A genuine leg of a run that has just been asked for, carried once. */
async function genuine(): Promise<Leg> {
  const record = await lived(part, (await lifeOfARun()).slice(0, 1))
  const leg = { run: record.state.run, leg: 1, try: 1 }
  await queue.add(leg)
  await through(jobId(leg))
  expect(carried).toEqual([jobId(leg)])
  carried.length = 0
  return leg
}

describe('somebody who can write to Redis and has no key', () => {
  test('gets nothing carried by jobs of their own: they are set aside, told once and counted', async () => {
    const { run } = await genuine()
    const wanted = { run, leg: 1, try: 2 }
    const stranger = generateKeyPairSync('ed25519').privateKey
    const jobs: [string, unknown][] = [
      ['made-up', { run, leg: 1, try: 1 }],
      [jobId(wanted), signedJob(wanted, await part.journal.time(), signerWith(stranger))],
      ['rubbish', 'rubbish'],
    ]
    for (const time of ['first', 'again']) {
      for (const [id, data] of jobs) {
        await foreign.add(time, data, { jobId: id })
        await through(id)
        await foreign.remove(id)
      }
    }
    expect(carried).toEqual([])
    expect(alarms.sort()).toEqual(['made-up: unsigned', 'rubbish: unsigned', `${jobId(wanted)}: forged`].sort())
    expect(await quarantine.count()).toEqual({ unsigned: 2, forged: 1 })
  })

  test('gets nothing carried by copying, altering or repeating a genuine one', async () => {
    const leg = await genuine()
    const original = (await foreign.getJob(jobId(leg)))?.data
    const next = jobId({ ...leg, try: 2 })
    await foreign.add('copied', original, { jobId: next })
    await through(next)
    await foreign.remove(next)
    await foreign.add('altered', { ...original, try: 2 }, { jobId: next })
    await through(next)
    await foreign.remove(next)
    expect(carried).toEqual([])
    expect(alarms).toEqual([`${next}: misplaced`])

    // The run has gone on since: the same job again asks for something the journal no longer wants.
    const record = await part.journal.load(leg.run)
    if (!record) throw new Error('the run is gone')
    const gone = await living(part, record, (await lifeOfARun()).slice(1, 6))
    await foreign.remove(jobId(leg))
    await foreign.add('repeated', original, { jobId: jobId(leg) })
    await through(jobId(leg))
    expect(carried).toEqual([])
    expect((await part.journal.load(leg.run))?.entries).toEqual(gone.entries)
  })

  test('gets nothing carried by bringing back a try that had ended, while a later one is there', async () => {
    const leg = await genuine()
    const original = (await foreign.getJob(jobId(leg)))?.data
    await queue.add({ ...leg, try: 2 })
    await through(jobId({ ...leg, try: 2 }))
    carried.length = 0
    await foreign.remove(jobId(leg))
    await foreign.add('repeated', original, { jobId: jobId(leg) })
    await through(jobId(leg))
    expect(carried).toEqual([])
  })
})
