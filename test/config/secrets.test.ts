import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { redisAddress } from '../../src/config/redis.ts'
import {
  REDIS_PASSWORD,
  readOptionalSecret,
  readSecret,
  secretFromEnvironment,
  secretFromFile,
} from '../../src/config/secrets.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

const TOKEN = secretFromEnvironment('SLACK_BOT_TOKEN', "the bot's token, xoxb-…")
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-secrets-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  await chmod(path, mode)
  return path
}
async function read(env: Record<string, string>, ref = TOKEN) {
  const redactor = createRedactor()
  return { redactor, result: await readSecret(ref, { env, register: redactor.register }) }
}

describe('a secret', () => {
  test('comes from its variable, from the file that its _FILE names, or from a systemd credential', async () => {
    const path = await file('SLACK_BOT_TOKEN', 'xoxb-from-file\n')
    expect((await read({ SLACK_BOT_TOKEN: 'xoxb-from-env' })).result).toMatchObject({
      value: { value: 'xoxb-from-env' },
    })
    expect((await read({ SLACK_BOT_TOKEN_FILE: path })).result).toMatchObject({ value: { value: 'xoxb-from-file' } })
    expect((await read({ CREDENTIALS_DIRECTORY: folder })).result).toMatchObject({ value: { value: 'xoxb-from-file' } })
    const bmc = secretFromFile('bmc of node1', 'a password', path)
    expect((await read({}, bmc)).result).toMatchObject({ value: { value: 'xoxb-from-file', warnings: [] } })
  })

  test('is masked everywhere from the moment it was read', async () => {
    const { redactor } = await read({ SLACK_BOT_TOKEN: 'xoxb-from-env' })
    expect(redactor.text('Bearer xoxb-from-env')).toBe('Bearer *************')
  })

  test('loses the one newline at its end, and nothing else', async () => {
    const path = await file('t', ' two words \n\n')
    expect((await read({ SLACK_BOT_TOKEN_FILE: path })).result).toMatchObject({ value: { value: ' two words \n' } })
  })

  test('that is nowhere says what it is and how to give it', async () => {
    const message = "SLACK_BOT_TOKEN is not set: the bot's token, xoxb-…."
    for (const env of [{}, { SLACK_BOT_TOKEN: '' }, { CREDENTIALS_DIRECTORY: folder }]) {
      expect((await read(env)).result).toMatchObject({ problems: [{ code: 'secret-missing', message }] })
    }
    const redactor = createRedactor()
    const optional = await readOptionalSecret(REDIS_PASSWORD, { env: {}, register: redactor.register })
    expect(optional).toEqual({ ok: true, value: undefined })
  })

  test('that is given twice, empty, or in a file that is not there, is refused', async () => {
    const path = await file('empty', '\n')
    const both = await read({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_BOT_TOKEN_FILE: path })
    expect(both.result).toMatchObject({ problems: [{ code: 'secret-given-twice' }] })
    expect((await read({ SLACK_BOT_TOKEN_FILE: path })).result).toMatchObject({ problems: [{ code: 'secret-empty' }] })
    const gone = await read({ SLACK_BOT_TOKEN_FILE: join(folder, 'gone') })
    expect(gone.result).toMatchObject({ problems: [{ code: 'secret-unreadable' }] })
    const redactor = createRedactor()
    const source = { env: { REDIS_PASSWORD_FILE: join(folder, 'gone') }, register: redactor.register }
    expect((await readOptionalSecret(REDIS_PASSWORD, source)).ok).toBe(false)
  })

  test('in a file that others can read is used, with a warning', async () => {
    const path = await file('open', 'xoxb-from-file', 0o644)
    expect((await read({ SLACK_BOT_TOKEN_FILE: path })).result).toMatchObject({
      value: { warnings: [{ message: expect.stringContaining('mode 0644'), next: `chmod 600 ${path}` }] },
    })
  })

  test('that is too short to be masked is used, with a warning', async () => {
    expect((await read({ SLACK_BOT_TOKEN: 'abc' })).result).toMatchObject({
      value: { warnings: [{ code: 'secret-too-short' }] },
    })
  })
})

test('the password of Redis goes into its address whatever characters it has', () => {
  const address = redisAddress('redis://ha@127.0.0.1:6379/2', 'p@ss/w:rd%')
  const url = new URL(address)
  expect([decodeURIComponent(url.password), url.username, url.host, url.pathname]).toEqual([
    'p@ss/w:rd%',
    'ha',
    '127.0.0.1:6379',
    '/2',
  ])
  expect(redisAddress('/run/redis.sock?db=2', 'p&ss')).toBe('/run/redis.sock?db=2&password=p%26ss')
  expect(redisAddress('redis://127.0.0.1', undefined)).toBe('redis://127.0.0.1')
})
