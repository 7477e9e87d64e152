import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/adapters/ssh/limits.ts'
import { shellFor, type TestShell, type TestShellOptions } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(async () => {
  await sshd?.close()
})

const open: TestShell[] = []
function shellOf(options: TestShellOptions = {}): TestShell {
  const shell = shellFor(sshd, options)
  open.push(shell)
  return shell
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(async shell => await shell.close()))
})

describe('connections', () => {
  it('are opened a few at a time to one sshd, so that thirty at once all get in at the first attempt', async () => {
    // From ten logins under way on, this sshd drops every further connection.
    const strict = await startSshd({ config: ['MaxStartups 10:100:10'] })
    const nodes = Array.from({ length: 30 }, (_, index) => ({
      name: `n${index}`,
      address: '127.0.0.1',
      port: strict.port,
    }))
    async function connectAll(connectsPerHost: number): Promise<number> {
      const shell = shellFor(strict, { nodes, limits: { connectAttempts: 1, connectsPerHost } })
      const results = await Promise.all(nodes.map(async ({ name }) => await shell.run('true', { node: name })))
      await shell.close()
      return results.filter(({ kind }) => kind === 'exited').length
    }
    try {
      expect(await connectAll(DEFAULT_LIMITS.connectsPerHost)).toBe(30)
      expect(await connectAll(30)).toBeLessThan(30)
    } finally {
      await strict.close()
    }
  }, 20_000)

  it('are shared by commands that come while the first one is being opened', async () => {
    const shell = shellOf()
    const results = await Promise.all([shell.run('echo 1'), shell.run('echo 2'), shell.run('echo 3')])
    expect(results.every(({ kind }) => kind === 'exited')).toBe(true)
    expect(shell.stats()).toMatchObject({ connected: 1, connections: 1 })
  })

  it('are closed when idle, and opened again on demand', async () => {
    const shell = shellOf({ limits: { idleMs: 20 } })
    await shell.run('sleep 0.1')
    await vi.waitFor(() => expect(shell.stats().connections).toBe(0))
    expect(await shell.run('echo again')).toMatchObject({ stdout: { text: 'again\n' } })
    expect(shell.stats().connected).toBe(2)
  })
})
