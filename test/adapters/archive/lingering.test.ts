import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import { continueChain, GENESIS } from '../../../src/runs/chain.ts'
import type { RunEvent } from '../../../src/runs/events.ts'
import { isOver } from '../../../src/runs/over.ts'
import { finished, gateOpened, legStarted, planned, RUN, recordOf, requested } from '../../support/run-fixtures.ts'

const MINUTE_MS = 60_000
const NAME = { run: RUN, number: 42 }
const taken: RunEvent = { type: 'lease-taken', cluster: 'pvfs', epoch: 1 }
const released: RunEvent = { type: 'lease-released', cluster: 'pvfs', epoch: 1 }

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-lingering-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An archive in which these events stand, written one by one, and whose clock shows `later` ms behind the last of them. */
async function archiveOf(...events: readonly RunEvent[]) {
  const folder = await newFolder()
  const { entries, state } = recordOf(...events)
  const written = entries.at(-1)?.at ?? 0
  const time = { later: 0 }
  const open = () => createEntryArchive(folder, { now: () => written + time.later, lingerMs: 10 * MINUTE_MS })
  const archive = open()
  for (const [i, entry] of entries.entries()) {
    const isLast = i === entries.length - 1
    expect(await archive.write([entry], entries.slice(0, i), isLast && isOver(state))).toBe(true)
  }
  return { folder, archive, open, time, entries, marks: () => readdir(join(folder, 'open')) }
}

describe('the mark of a run that is not over', () => {
  test('stays for ten minutes behind its end, so that its last card is still posted from an emptied Redis, and goes then', async () => {
    const { archive, time, marks } = await archiveOf(await requested(), legStarted(), finished())
    expect(await marks()).toEqual([`42-${RUN}`])
    time.later = 10 * MINUTE_MS - 1
    expect(await archive.mark(NAME)).toBe(false)
    expect(await archive.open()).toEqual([NAME])
    time.later = 10 * MINUTE_MS
    expect(await archive.mark(NAME)).toBe(true)
    expect(await archive.open()).toEqual([])
    expect(await marks()).toEqual([])
  })

  test('goes as well when another process than the one that ended the run looks', async () => {
    const { open, time, marks } = await archiveOf(await requested(), legStarted(), finished())
    time.later = 11 * MINUTE_MS
    expect(await open().mark(NAME)).toBe(true)
    expect(await marks()).toEqual([])
  })

  test('stays however long a person is waited for, and however long a cluster is held', async () => {
    const waiting = [await requested(), legStarted(), planned(), gateOpened()]
    const holding = [await requested(), legStarted(), planned(), taken, finished()]
    for (const events of [waiting, holding]) {
      const { archive, time, marks } = await archiveOf(...events)
      time.later = 1000 * MINUTE_MS
      expect(await archive.mark(NAME)).toBe(true)
      expect(await marks()).toEqual([`42-${RUN}`])
    }
  })

  test('goes ten minutes after the cluster was given free, and not before', async () => {
    const { archive, time, marks } = await archiveOf(
      ...[await requested(), legStarted(), planned(), taken, finished(), released],
    )
    time.later = 9 * MINUTE_MS
    expect(await archive.mark(NAME)).toBe(false)
    expect(await marks()).toEqual([`42-${RUN}`])
    time.later = 11 * MINUTE_MS
    expect(await archive.mark(NAME)).toBe(true)
    expect(await marks()).toEqual([])
  })

  test('is put back when it is missing of a run that goes on', async () => {
    const { folder, archive, time, marks } = await archiveOf(await requested(), legStarted())
    await rm(join(folder, 'open'), { recursive: true })
    time.later = 11 * MINUTE_MS
    expect(await archive.mark(NAME)).toBe(true)
    expect(await marks()).toEqual([`42-${RUN}`])
  })

  test.each([
    [9, false, [NAME]],
    [11, true, []],
  ] as const)(
    'of a run that ended %i minutes ago by the clock of the computer: taken away is %s',
    async (ago, isGone, left) => {
      const archive = createEntryArchive(await newFolder())
      const head = { ...NAME, seq: 0, hash: GENESIS, at: 0 }
      const entries = continueChain(head, [await requested(), finished()], Date.now() - ago * MINUTE_MS, 'bot@test')
      expect(await archive.write(entries.slice(0, 1), [], false)).toBe(true)
      expect(await archive.write(entries.slice(1), entries.slice(0, 1), true)).toBe(true)
      expect(await archive.mark(NAME)).toBe(isGone)
      expect(await archive.open()).toEqual(left)
    },
  )
})
