import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brokenAt } from '../../src/runs/chain.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Opened } from '../../src/runs/journal.ts'
import { type PrivateRedis, startRedis } from '../support/redis.ts'
import { requested } from '../support/run-fixtures.ts'
import { createPart, type Part } from './recovering.ts'

/** Every word that was taken, by its run: it must be there at the end. */
type Taken = Map<string, Set<string>>

const ROUNDS = 12
const WRITES = 25

let redis: PrivateRedis
let folder: string
beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'ha-forgetting-'))
})
afterAll(async () => {
  await redis?.close()
  await rm(folder, { recursive: true, force: true })
})

async function begun(part: Part): Promise<Opened> {
  for (;;) {
    const opened = await part.journal.open(crypto.randomUUID())
    if (!opened.ok) continue
    const answer = await part.journal.append(opened.value, [await requested()], 'bot@test')
    if (answer.kind !== 'unavailable') return opened.value
  }
}

async function writes(part: Part, runs: readonly Opened[], taken: Taken): Promise<void> {
  for (let i = 0; i < WRITES; i++) {
    const run = runs[i % runs.length]
    const record = run && (await part.journal.load(run.run).catch(() => undefined))
    if (!run || !record) continue
    const text = crypto.randomUUID()
    const event: RunEvent = { type: 'step-progress', step: 'move', host: '', text }
    const answer = await part.journal.append(record, [event], 'worker@test')
    if (answer.kind === 'appended') taken.get(run.run)?.add(text)
  }
}

describe('a Redis that is emptied again and again while three write and look', () => {
  test('loses no word that was taken, tears no chain, and gives no number away twice', async () => {
    const parts = [1, 2, 3].map(i => createPart(redis, folder, `worker@test:${i}`)) as [Part, Part, Part]
    const taken: Taken = new Map()
    const runs: Opened[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      const one = await begun(parts[0])
      runs.push(one)
      taken.set(one.run, new Set())
      const latest = runs.slice(-3)
      await Promise.all([
        ...parts.map(part => writes(part, latest, taken)),
        ...parts.map(part => part.recovery.round().catch(() => undefined)),
        (async () => {
          for (let i = 0; i < 4; i++) {
            await parts[1].recovery.round().catch(() => undefined)
            await parts[0].flushall()
          }
        })(),
      ])
    }
    await parts[2].recovery.round()

    expect(new Set(runs.map(({ number }) => number)).size).toBe(runs.length)
    let words = 0
    for (const { run, number } of runs) {
      const now = await parts[0].journal.load(run)
      const entries = now?.entries ?? []
      const about = `#${number}: ${entries.map(({ event }) => event.type).join(' ')}`
      expect(brokenAt(entries), about).toBeUndefined()
      expect(await parts[0].archive.read(run, number), about).toEqual(entries)
      const there = new Set(entries.map(({ event }) => (event.type === 'step-progress' ? event.text : '')))
      const lost = [...(taken.get(run) ?? [])].filter(text => !there.has(text))
      expect(lost, about).toEqual([])
      words += taken.get(run)?.size ?? 0
    }
    expect(words).toBeGreaterThan(ROUNDS)
    expect(parts.flatMap(({ told }) => told).filter(({ kind }) => kind === 'refused')).toEqual([])
  }, 120_000)
})
