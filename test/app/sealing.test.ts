import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEntryArchive } from '../../src/adapters/archive/entries.ts'
import { runFolder } from '../../src/adapters/archive/folders.ts'
import { verifyBundle } from '../../src/adapters/archive/verify.ts'
import { createLog } from '../../src/adapters/log.ts'
import { createJournal } from '../../src/adapters/redis/journal.ts'
import { isSignedBy } from '../../src/adapters/signatures/bot-signature.ts'
import { createSealer } from '../../src/app/sealing.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Appended, Opened, RunArchive } from '../../src/runs/journal.ts'
import type { Operations } from '../../src/runs/operations.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import { untapped } from '../../src/tap.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { eventually, type PrivateRedis, startRedis } from '../support/redis.ts'
import { finished, legStarted, planned, recordOf, requested } from '../support/run-fixtures.ts'

const pair = generateKeyPairSync('ed25519')

let redis: PrivateRedis
let folder: string
beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-sealing-'))
})
afterAll(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

const unused = () => Promise.reject(new Error('not expected'))
const noOperations: Operations = { perform: unused, fence: unused, witness: unused, ledger: unused }

interface Around {
  /** Stands before the archive's own copy of an entry. */
  readonly write?: RunArchive['write']
  readonly sleep?: () => Promise<void>
  readonly operations?: Partial<Operations>
}

/** A sealer over the real journal and the real archive. */
function sealing({ write, sleep, operations }: Around = {}) {
  const archive = createEntryArchive(folder)
  const { redis: link } = redis.connect('worker')
  const newRun = () => ulid(Date.now(), Buffer.alloc(10, ++made))
  const journal = createJournal({
    redis: link,
    where: 'here',
    archive: { ...archive, ...(write && { write }) },
    newRun,
  })
  const lines: string[] = []
  const log = createLog({
    level: 'debug',
    redactor: createRedactor(),
    destination: { write: line => lines.push(line) },
  })
  const sealer = createSealer(
    { config: { archive: folder }, log, tap: untapped, archive },
    {
      ...{ journal, operations: { ...noOperations, ...operations }, name: 'worker@test:1' },
      sign: text => sign(null, Buffer.from(text), pair.privateKey).toString('base64'),
      clock: { sleep: sleep ?? unused },
    },
  )
  const begin = async (...events: readonly RunEvent[]) => {
    const opened = await journal.open(`delivery-${made}`)
    if (!opened.ok) throw new Error(opened.problems[0]?.message)
    return written(await journal.append(opened.value, [await requested(), ...events], 'bot@test'))
  }
  return { journal, sealer, begin, lines }
}
let made = 0

function written(answer: Appended): RunRecord {
  if (answer.kind !== 'appended') throw new Error(JSON.stringify(answer))
  return answer.record
}

async function wrong({ run, number }: Opened): Promise<string[]> {
  const isSigned = (text: string, signature: string) => isSignedBy([pair.publicKey], text, signature)
  const { faults } = await verifyBundle({ folder: runFolder(folder, run, number), isSigned })
  return faults.map(({ where, what }) => `${where}: ${what}`)
}

test('a run is sealed once it has ended, and not before', async () => {
  const { journal, sealer, begin } = sealing()
  const record = await begin()
  expect(await sealer.seal(record.state.run)).toBe(true)
  expect(await wrong(record.state)).toContain(
    'SEAL: is not there: this bundle was never sealed, or the seal was removed',
  )
  written(await journal.append(record, [finished()], 'worker@test:1'))
  expect(await sealer.seal(record.state.run)).toBe(true)
  expect(await wrong(record.state)).toEqual([])
})

test('news of an end that comes before the archive has it does not lead to a seal that the last entry breaks', async () => {
  const real = createEntryArchive(folder)
  let mayWrite = () => {}
  const allowed = new Promise<void>(resolve => {
    mayWrite = resolve
  })
  let ending: Promise<unknown> = Promise.resolve()
  const { journal, sealer, begin } = sealing({
    write: async (entries, ...rest) => {
      if (entries.some(({ event }) => event.type === 'finished')) await allowed
      return await real.write(entries, ...rest)
    },
    sleep: async () => {
      mayWrite()
      await ending
    },
  })
  const record = await begin()
  const { run } = record.state
  ending = journal.append(record, [finished()], 'bot@test').then(written)
  await eventually(async () => ((await journal.load(run))?.state.phase === 'finished' ? true : undefined))
  expect(await sealer.seal(run)).toBe(true)
  mayWrite()
  await ending
  expect(await wrong(record.state)).toEqual([])
})

test('an end that its writer never got into the archive is sealed all the same, from the journal', async () => {
  const real = createEntryArchive(folder)
  const isLast = (entries: readonly { event: RunEvent }[]) => entries.some(({ event }) => event.type === 'finished')
  let sleeps = 0
  const { journal, sealer, begin } = sealing({
    write: async (entries, ...rest) => (isLast(entries) ? false : await real.write(entries, ...rest)),
    sleep: async () => {
      sleeps += 1
    },
  })
  const record = await begin()
  expect((await journal.append(record, [finished()], 'bot@test')).kind).toBe('unavailable')
  expect(await sealer.seal(record.state.run)).toBe(true)
  expect(sleeps).toBeGreaterThan(1)
  expect(await wrong(record.state)).toEqual([])
})

test('the nodes that a run changed are told its end, and trouble with that is logged and no more', async () => {
  const told: unknown[] = []
  const { sealer, lines } = sealing({
    operations: {
      witness: async (place, note) => {
        told.push({ ...place, ...note })
        throw new Error('node1 is gone')
      },
    },
  })
  const started: RunEvent = { type: 'execution-started', step: 'move', host: 'node1', attempt: 1, operation: 'op' }
  const record = recordOf(await requested(), planned(), legStarted(), started, finished())
  await sealer.afterEnd(record)
  const { run, number, seq, head } = record.state
  expect(told).toEqual([{ cluster: 'pvfs', node: 'node1', run, number, seq, head }])
  expect(lines.join('')).toContain('node1 is gone')
})
