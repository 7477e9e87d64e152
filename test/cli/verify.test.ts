import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { initFolder } from '../../src/init/init-folder.ts'
import { ha, scratch } from '../acceptance/terminal.ts'
import { createVault, type Vault, WORKER_PUB } from '../support/sealing.ts'
import { tale } from '../support/tale.ts'

let vault: Vault
let key: string
/** No configuration, no home, no Redis. */
let nowhere: { readonly HA_CONFIG: string }

beforeEach(async () => {
  const { record, stored } = await tale()
  vault = await createVault(record, file => Buffer.from(stored.get(file) ?? ''))
  await vault.seal()
  const folder = await scratch()
  key = join(folder, 'worker.pub')
  await writeFile(key, WORKER_PUB)
  nowhere = { HA_CONFIG: join(folder, 'none.yaml') }
})

describe('ha verify', () => {
  test('needs nothing but the bundle and a public key, and exits 0 when all is as it was sealed', async () => {
    const { code, stdout, stderr } = await ha(['verify', vault.folder(), '--key', key], nowhere)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { seq, head, run } = vault.record.state
    expect(stdout).toBe(
      `✓ unaltered  run #42 ${run}\n  ${seq} entries, 14 files, sealed by worker@test:1 at entry ${seq}:${head.slice(0, 16)}\n`,
    )
  })

  test('says everything that was altered, where, and exits 1', async () => {
    await rm(join(vault.folder(), 'summary.md'))
    const events = join(vault.folder(), 'events.ndjson')
    await writeFile(events, (await readFile(events, 'utf8')).replace('looks right', 'looks good'))
    const { code, stdout } = await ha(['verify', vault.folder(), '--key', key], nowhere)
    expect(code).toBe(1)
    expect(stdout).toContain('✗ ALTERED  run #42')
    expect(stdout).toMatch(/entry \d+: was altered: what it says \(decided\) does not match its hash/)
    expect(stdout).toContain('  summary.md: is missing\n')
    expect(stdout).toContain('Do not rely on this bundle.')
    const json = await ha(['--json', 'verify', vault.folder(), '--key', key], nowhere)
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      unaltered: false,
      faults: expect.arrayContaining([{ where: 'summary.md', what: 'is missing' }]),
      seal: { number: 42 },
    })
  })

  test('compares with what a witness saw', async () => {
    const { seq, head } = vault.record.state
    const seen = await ha(['verify', vault.folder(), '--key', key, '--head', `${seq}:${head.slice(0, 16)}`], nowhere)
    expect(seen).toMatchObject({ code: 0, stdout: expect.stringContaining('the witness saw the same end') })
    const more = await ha(['verify', vault.folder(), '--key', key, '--head', `${seq + 3}:${'0'.repeat(16)}`], nowhere)
    expect(more).toMatchObject({ code: 1, stdout: expect.stringContaining(`the witness knows entry ${seq + 3}`) })
  })

  test('shows nothing that a terminal would obey, whatever the files are called', async () => {
    await writeFile(join(vault.folder(), 'evil\u001b[2J\u202e'), '')
    const { code, stdout } = await ha(['verify', vault.folder(), '--key', key], nowhere)
    expect(code).toBe(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })

  test.each([
    ['what is no bundle', () => [dirname(vault.archive), '--key', key], 'There is no bundle at'],
    ['a folder that is not there', () => ['/nowhere/42', '--key', key], 'There is no bundle at /nowhere/42'],
    ['no key', () => [vault.folder()], 'Name it: --key worker.pub'],
    ['a key that is not there', () => [vault.folder(), '--key', `${key}.gone`], 'is not there'],
    [
      'something else for a key',
      () => [vault.folder(), '--key', join(vault.folder(), 'plan.json')],
      'is not a public Ed25519 key',
    ],
    [
      'something else for a head',
      () => [vault.folder(), '--key', key, '--head', 'yes'],
      '"yes" is not the head of a chain.',
    ],
    ['a number without a configuration', () => ['42', '--key', key], 'none.yaml'],
  ])('exits 2 when given %s', async (_, args, said) => {
    const { code, stdout, stderr } = await ha(['verify', ...args()], nowhere)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
  })

  test('finds a run by its number in the archive of the configuration, and its key among those that are trusted', async () => {
    const folder = join(await scratch(), 'ha')
    const made = await initFolder({ folder })
    expect(made).toMatchObject({ ok: true })
    const env = { HA_CONFIG: join(folder, 'ha.yaml') }
    const config = await readFile(env.HA_CONFIG, 'utf8')
    await writeFile(env.HA_CONFIG, config.replace(/^archive: .*$/m, `archive: ${vault.archive}`))
    const trusted = (await readdir(folder, { recursive: true })).find(name => name.endsWith('worker.pub')) ?? 'none'
    const strange = await ha(['verify', '#42'], env)
    expect(strange).toMatchObject({ code: 1, stdout: expect.stringContaining('not signed by a key you trust') })
    await writeFile(join(folder, dirname(trusted), 'worker-2026.pub'), WORKER_PUB)
    expect(await ha(['verify', '42'], env)).toMatchObject({ code: 0 })
    expect(await ha(['verify', '4'], env)).toMatchObject({ code: 2, stderr: expect.stringContaining('run #4 in') })
    await mkdir(join(vault.archive, '2026/11/22/42-01JD0000000000000000000099'), { recursive: true })
    expect(await ha(['verify', '42'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There are 2 runs #42'),
    })
  })
})
