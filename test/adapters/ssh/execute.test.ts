import { afterAll, beforeAll, expect, it } from 'vitest'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
let shell: TestShell
beforeAll(async () => {
  sshd = await startSshd()
  shell = shellFor(sshd)
})
afterAll(async () => {
  await shell?.close()
  await sshd?.close()
})

it('gives back both streams, the exit code and how long it took', async () => {
  const result = await shell.run('echo out; echo err >&2; exit 3')
  expect(result).toMatchObject({
    kind: 'exited',
    exitCode: 3,
    exitSignal: '',
    stdout: { text: 'out\n', bytes: 4, truncated: false },
    stderr: { text: 'err\n', bytes: 4, truncated: false },
  })
  expect(result.kind === 'exited' && result.durationMs).toBeGreaterThan(0)
})

it('names the signal that killed a script', async () => {
  expect(await shell.run('kill -TERM $$')).toMatchObject({ kind: 'exited', exitCode: -1, exitSignal: 'SIGTERM' })
})

it('hands a script over unchanged: quotes, newlines, backslashes, dollars, UTF-8', async () => {
  const script = `printf '%s\\n' "it's" 'a "b" \\n $HOME \`id\`' 'ü☃🂡'\nif true; then\n  echo 'last line'\nfi`
  expect(await shell.run(script)).toMatchObject({
    stdout: { text: `it's\na "b" \\n $HOME \`id\`\nü☃🂡\nlast line\n` },
  })
})

it('runs without a terminal, and with an empty standard input unless told otherwise', async () => {
  const script = 'tty; cat | wc -c | tr -d " "'
  expect(await shell.run(script)).toMatchObject({ exitCode: 0, stdout: { text: 'not a tty\n0\n' } })
})

it('passes standard input on to its last byte', async () => {
  const stdin = Buffer.alloc(5_000_000, 'x')
  expect(await shell.run('wc -c | tr -d " "', { stdin })).toMatchObject({ stdout: { text: '5000000\n' } })
})

it('waits for output that comes after the exit', async () => {
  // The background shell keeps the streams open; it writes only once the main script is gone.
  const script = 'me=$$; (while kill -0 $me 2>/dev/null; do :; done; echo late) & exit 5'
  expect(await shell.run(script)).toMatchObject({ kind: 'exited', exitCode: 5, stdout: { text: 'late\n' } })
})

it('reads a flood on stderr alone', async () => {
  const result = await shell.run('head -c 4194304 /dev/zero >&2; echo done')
  expect(result).toMatchObject({
    kind: 'exited',
    stdout: { text: 'done\n' },
    stderr: { bytes: 4_194_304, truncated: true },
  })
})

it('keeps the beginning of a stream without cutting a character in half', async () => {
  const result = await shell.run("printf 'aé€'; printf '\\377' >&2", { keepBytes: 5 })
  expect(result).toMatchObject({
    stdout: { text: 'aé', bytes: 6, truncated: true },
    stderr: { text: '\uFFFD', bytes: 1, truncated: false },
  })
})

it('carries out thirty commands at once over one connection, never more than nine at a time', async () => {
  let most = 0
  const results = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const result = await shell.run(`echo ${index}`)
      most = Math.max(most, shell.stats().executing)
      return result
    }),
  )
  expect(results.map(result => result.kind === 'exited' && result.stdout.text)).toEqual(
    Array.from({ length: 30 }, (_, index) => `${index}\n`),
  )
  expect(shell.stats()).toMatchObject({ connected: 1, executing: 0, waiting: 0 })
  expect(most).toBeLessThanOrEqual(9)
  expect(most).toBeGreaterThan(1)
})

it('says that a command may still be running when its time is up, and does not use that connection again', async () => {
  const before = shell.stats().connected
  const result = await shell.run('echo begun; exec sleep 60', { timeoutMs: 500 })
  expect(result).toMatchObject({ kind: 'timed-out', stdout: { text: 'begun\n' } })
  expect(result.kind === 'timed-out' && result.reason).toContain('may still be running')
  expect(await shell.run('echo next')).toMatchObject({ kind: 'exited', stdout: { text: 'next\n' } })
  expect(shell.stats().connected).toBe(before + 1)
})

it('stops waiting when the caller cancels, keeping what came until then', async () => {
  const cancel = new AbortController()
  const output = () => cancel.abort()
  const result = await shell.run('echo begun; exec sleep 60', { signal: cancel.signal, output })
  expect(result).toMatchObject({ kind: 'cancelled', stdout: { text: 'begun\n' } })
})

it('sends nothing when it was cancelled before', async () => {
  expect(await shell.run('echo never', { signal: AbortSignal.abort() })).toMatchObject({
    kind: 'not-sent',
    code: 'cancelled',
  })
})

it('counts the wait for a free channel towards the deadline', async () => {
  const release = new AbortController()
  const busy = Array.from({ length: 9 }, async () => await shell.run('exec sleep 60', { signal: release.signal }))
  const result = await shell.run('echo never', { timeoutMs: 300 })
  release.abort()
  expect(result).toMatchObject({ kind: 'not-sent', code: 'channel-refused' })
  expect((await Promise.all(busy)).map(({ kind }) => kind)).toEqual(Array.from({ length: 9 }, () => 'cancelled'))
})

it('moves to a fresh connection when the host opens no more channels on the old one', async () => {
  const small = await startSshd({ config: ['MaxSessions 2'] })
  const narrow = shellFor(small)
  try {
    const all = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => await narrow.run(`echo ${index}; sleep 0.2`)),
    )
    expect(all.map(({ kind }) => kind)).toEqual(['exited', 'exited', 'exited', 'exited'])
    expect(narrow.stats().connected).toBe(2)
    expect(await narrow.run('echo after')).toMatchObject({ kind: 'exited', stdout: { text: 'after\n' } })
  } finally {
    await narrow.close()
    await small.close()
  }
})

it('refuses what no command can carry', async () => {
  expect(await shell.run(`: ${'x'.repeat(100_000)}`)).toMatchObject({ kind: 'not-sent', code: 'too-large' })
  expect(await shell.run('echo a\0b')).toMatchObject({ kind: 'not-sent' })
  expect(await shell.run('echo \uD800')).toMatchObject({ kind: 'not-sent' })
})

it('knows only the nodes of the inventory, and names those', async () => {
  const result = await shell.run('true', { node: 'n2' })
  expect(result).toMatchObject({ kind: 'not-sent', code: 'unknown-node' })
  expect(result.kind === 'not-sent' && result.reason).toContain('it has n1')
  expect(await shell.run('true', { node: 'constructor' })).toMatchObject({ code: 'unknown-node' })
  expect(await shell.run('true', { cluster: 'toString' })).toMatchObject({ code: 'unknown-node' })
})

it('calls output that could not be stored lost, and keeps the connection of the others alive', async () => {
  const output = async () => await Promise.reject(new Error('ENOSPC'))
  const other = shell.run('cat', { stdin: Buffer.from('other') })
  const result = await shell.run('echo one; echo two', { output })
  expect(result).toMatchObject({ kind: 'lost' })
  expect(result.kind === 'lost' && result.reason).toContain('ENOSPC')
  expect(await other).toMatchObject({ kind: 'exited', stdout: { text: 'other' } })
})

it('never rejects: even a defect comes back as a result, and counts as lost', async () => {
  const broken = shellFor(sshd, {
    clock: {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => {
        throw new Error('no clock')
      },
    },
  })
  expect(await broken.run('true')).toMatchObject({ kind: 'lost', reason: expect.stringContaining('no clock') })
  await broken.close()
})
