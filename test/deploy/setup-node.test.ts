import { readFile, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { folder, program, put, setup } from './played-machine.ts'

describe('Node and its packages', () => {
  beforeEach(async () => {
    await program('redis-server')
  })

  test('a Node that is too old is said before anything else', async () => {
    for (const node of ['18.20.4', '20.18.3']) {
      const { exitCode, err } = await setup(['--for', 'demo'], { node })
      expect([exitCode, err]).toEqual([1, expect.stringContaining(`needs Node 20.19 or later; this is ${node}`)])
    }
    expect((await setup(['--for', 'demo'], { node: '22.1.0' })).exitCode).toBe(0)
  })

  test('packages are installed where there are none, once, and again when the lock file changes', async () => {
    await rm(join(folder, 'repo/node_modules'), { recursive: true })
    await put(
      'bin/npm',
      `#!/bin/sh\necho "$*" >> "$FOLDER/npm.log"\n/bin/mkdir -p node_modules\n: > node_modules/.package-lock.json\n`,
      0o755,
    )
    const first = await setup(['--for', 'demo'])
    expect(first).toEqual({ exitCode: 0, out: '', err: 'Running npm ci --ignore-scripts --no-fund --no-audit …\n' })
    expect((await setup(['--for', 'demo'])).err).toBe('')
    await put('repo/package-lock.json', '{ "changed": true }')
    expect((await setup(['--for', 'demo'])).err).toContain('Running npm ci')
    expect(await readFile(join(folder, 'npm.log'), 'utf8')).toBe('ci --ignore-scripts --no-fund --no-audit\n'.repeat(2))
  })

  test('an installation made by hand counts while it is newer than the lock file', async () => {
    expect((await setup(['--for', 'demo'])).err).toBe('')
    const later = new Date(Date.now() + 60_000)
    await utimes(join(folder, 'repo/package-lock.json'), later, later)
    expect((await setup(['--for', 'demo', '--dry-run'])).err).toContain('Would run npm ci')
  })

  test('an installation that fails says why and stops', async () => {
    await rm(join(folder, 'repo/node_modules'), { recursive: true })
    await program('npm', 'echo "npm error network" >&2; exit 1')
    const { exitCode, err } = await setup(['--for', 'demo'])
    expect([exitCode, err]).toEqual([
      1,
      expect.stringContaining('npm error network\nThe npm packages could not be installed.'),
    ])
  })
})

describe('the command line', () => {
  test('that makes no sense is answered with the usage', async () => {
    for (const args of [[], ['--for', 'fun'], ['--nonsense']]) {
      const { exitCode, err } = await setup(args)
      expect([exitCode, err]).toEqual([2, expect.stringContaining('Usage: node deploy/setup.js')])
    }
  })

  test('--print says what is there', async () => {
    await program('redis-server')
    const { exitCode, out } = await setup(['--print'])
    expect(exitCode).toBe(0)
    expect(out).toMatch(/^Node +20\.19\.0$/m)
    expect(out).toMatch(/^Redis +.*redis-server$/m)
    expect(out).toMatch(/^Chromium +missing: chromium$/m)
  })
})
