import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createEntryArchive } from '../../../src/adapters/archive/entries.ts'
import { continueChain, GENESIS } from '../../../src/runs/chain.ts'
import { requested } from '../../support/run-fixtures.ts'

const RUN = { run: '01JD0000000000000000000042', number: 42 }

test('of two entries that one process writes in the same place, one behind the other, the second is told that it is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ha-same-place-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const archive = createEntryArchive(folder)
  const begun = continueChain({ ...RUN, seq: 0, hash: GENESIS, at: 0 }, [await requested()], 1, 'bot@test')
  expect(await archive.write(begun, [], false)).toBe(true)
  const head = { ...RUN, seq: 1, hash: begun[0]?.hash ?? '', at: 1 }
  const notice = (by: string) => continueChain(head, [{ type: 'restored', entries: 1 }], 2, by)
  // Recovery and a writer of the same worker, who both find that Redis has forgotten the run.
  expect(await archive.write(notice('recovery@test'), begun, false)).toBe(true)
  expect(await archive.write(notice('worker@test'), begun, false)).toBe(false)
  expect((await archive.read(RUN.run, RUN.number)).map(({ by }) => by)).toEqual(['bot@test', 'recovery@test'])
})
