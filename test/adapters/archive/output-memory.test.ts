import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runFolder } from '../../../src/adapters/archive/folders.ts'
import { RUN } from '../../support/run-fixtures.ts'

const run = promisify(execFile)
const MEGABYTES = 1024
const LEAKS = ['correct-horse', 'correct-\u001b[1mhorse']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-flood-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('one gigabyte of output goes through masks into the archive in less than 200 MB of memory', {
  timeout: 180_000,
}, async () => {
  const child = join(import.meta.dirname, 'flood.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=64', '--import', 'tsx', child],
    {
      env: { ...process.env, FOLDER: folder, MEGABYTES: String(MEGABYTES) },
    },
  )
  const { bytes, file, lost, rss } = JSON.parse(stdout)
  expect(lost).toBeUndefined()
  expect(bytes).toBe(MEGABYTES * 2 ** 20)
  expect(rss, stdout).toBeLessThan(200e6)
  const path = join(runFolder(folder, RUN, 42), file)
  const patterns = LEAKS.flatMap(leak => ['-e', leak])
  // grep counts, and exits with 1 when it counted nothing.
  const { stdout: found } = await run('grep', ['-cF', ...patterns, path]).catch((error: { stdout: string }) => error)
  expect(found.trim()).toBe('0')
})
