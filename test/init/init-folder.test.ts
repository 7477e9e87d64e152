import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSignedBy, loadSigner, loadTrusted } from '../../src/adapters/signatures/bot-signature.ts'
import { loadConfig } from '../../src/config.ts'
import { initFolder } from '../../src/init/init-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-init-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('init', () => {
  test('writes a configuration that loads, with people who can approve each other', async () => {
    const made = await initFolder({ folder: join(folder, 'new') })
    expect(made).toMatchObject({ ok: true, value: expect.arrayContaining([expect.stringContaining('ha doctor')]) })
    const config = await loadConfig({ path: join(folder, 'new', 'ha.yaml'), env: {} })
    expect(config.ok ? [] : config.problems).toEqual([])
    if (!config.ok) return
    expect(config.value.signing.bot).toBe(join(folder, 'new', 'keys', 'bot'))
    expect(config.value.policies['pvfs']?.destructive.approve).toMatchObject({ count: 1, confirm: 'node-name' })
  })

  test('makes keys that sign and are trusted, the private ones for this user alone', async () => {
    await initFolder({ folder })
    for (const role of ['bot', 'worker'] as const) {
      const file = join(folder, 'keys', role)
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      const [sign, trusted] = [await loadSigner(file), await loadTrusted(join(folder, 'keys', 'trusted'), role)]
      expect(sign.ok && trusted.ok && isSignedBy(trusted.value, 'text', sign.value('text'))).toBe(true)
    }
  })

  test.each(['ha.yaml', 'keys/bot', 'keys/trusted/worker.pub'])(
    'writes nothing where %s is already there',
    async file => {
      await mkdir(join(folder, 'keys', 'trusted'), { recursive: true })
      await writeFile(join(folder, file), 'mine')
      const before = await readdir(folder, { recursive: true })
      expect(await initFolder({ folder })).toMatchObject({
        problems: [{ code: 'already-there', message: expect.stringContaining(join(folder, file)) }],
      })
      expect(await readFile(join(folder, file), 'utf8')).toBe('mine')
      expect(await readdir(folder, { recursive: true })).toEqual(before)
    },
  )

  test('says why when the folder cannot be written to', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(await initFolder({ folder: join(folder, 'file') })).toMatchObject({ problems: [{ code: 'not-written' }] })
  })
})
