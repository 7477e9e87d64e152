import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { strictHostVerifier } from '../../../src/adapters/ssh/host-verifier.ts'
import { fingerprintOf } from '../../../src/adapters/ssh/key-blob.ts'
import type { ExecutionResult } from '../../../src/runs/ports.ts'
import { shellFor, type TestShellOptions } from '../../support/ssh-shell.ts'
import { makeKey, type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts'

let sshd: Sshd
let stranger: string
beforeAll(async () => {
  sshd = await startSshd({ hostKeys: ['rsa', 'ecdsa', 'ed25519'] })
  stranger = await makeKey(join(sshd.folder, 'stranger'))
})
afterAll(async () => await sshd?.close())

/** Runs a script with a known_hosts file of these lines; `HOST` stands for the name of the server. */
async function runWith(
  lines: readonly string[],
  options: TestShellOptions = {},
  server = sshd,
): Promise<ExecutionResult> {
  const file = join(server.folder, 'pins')
  await writeFile(file, lines.map(line => `${line.replace('HOST', `[127.0.0.1]:${server.port}`)}\n`).join(''))
  const shell = shellFor(server, { ...options, ssh: { knownHosts: file, ...options.ssh } })
  try {
    return await shell.run('echo in')
  } finally {
    await shell.close()
  }
}

function hostKey(type: string): string {
  return sshd.hostKeys.find(key => key.startsWith(type)) ?? ''
}

function fingerprint(publicLine: string): string {
  return fingerprintOf(Buffer.from(publicLine.split(' ')[1] ?? '', 'base64'))
}

function reasonOf(result: ExecutionResult): string {
  return result.kind === 'not-sent' ? result.reason : ''
}

describe('a host key', () => {
  it.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])(
    'of type %s alone in known_hosts is enough',
    async type => {
      expect(await runWith([`HOST ${hostKey(type)}`])).toMatchObject({ kind: 'exited', stdout: { text: 'in\n' } })
    },
  )

  it('that is not in known_hosts is refused, with its fingerprint and where it was looked for', async () => {
    const result = await runWith([`elsewhere ${hostKey('ssh-ed25519')}`])
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-unknown' })
    expect(reasonOf(result)).toContain(fingerprint(hostKey('ssh-ed25519')))
    expect(reasonOf(result)).toContain(`has no key for [127.0.0.1]:${sshd.port}`)
    expect(reasonOf(result)).toContain('Nothing was sent')
  })

  it('other than the pinned one is refused, with both fingerprints and the place of the pin', async () => {
    const result = await runWith(['# pins', `HOST ${stranger}`])
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-changed' })
    expect(reasonOf(result)).toContain(fingerprint(hostKey('ssh-ed25519')))
    expect(reasonOf(result)).toContain(`${fingerprint(stranger)} (${join(sshd.folder, 'pins')}:2)`)
  })

  it('that is revoked is refused even where it is also pinned', async () => {
    const key = hostKey('ssh-ed25519')
    const result = await runWith([`HOST ${key}`, `@revoked * ${key}`])
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-revoked' })
    expect(reasonOf(result)).toContain(':2 marks @revoked')
  })

  it('vouched for by a certificate authority alone is refused', async () => {
    const result = await runWith([`@cert-authority * ${hostKey('ssh-ed25519')}`])
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-unknown' })
    expect(reasonOf(result)).toContain('bad lines in it: 1')
  })

  it('cannot be judged without a known_hosts file, so nothing is connected', async () => {
    const result = await runWith([], { ssh: { knownHosts: join(sshd.folder, 'missing') } })
    expect(result).toMatchObject({ kind: 'not-sent', code: 'host-key-unknown' })
    expect(reasonOf(result)).toContain('ENOENT')
  })

  it('counts from the moment the file has it, without a restart', async () => {
    const file = join(sshd.folder, 'growing')
    await writeFile(file, '')
    const shell = shellFor(sshd, { ssh: { knownHosts: file } })
    expect(await shell.run('true')).toMatchObject({ code: 'host-key-unknown' })
    await writeFile(file, sshd.knownHostsLines(`[127.0.0.1]:${sshd.port}`))
    expect(await shell.run('true')).toMatchObject({ kind: 'exited' })
    await shell.close()
    await rm(file)
  })

  it('is told to plans as pinned fingerprints, per node', async () => {
    const shell = shellFor(sshd, {
      nodes: [
        { name: 'n1', address: sshd.address, port: sshd.port },
        { name: 'n2', address: '192.0.2.1', port: 22 },
      ],
    })
    const told = await shell.hostKeyFingerprints('c')
    expect(told).toEqual({
      ok: true,
      value: { n1: sshd.hostKeys.map(key => `${key.split(' ')[0]} ${fingerprint(key)}`).sort(), n2: [] },
    })
    expect(await shell.hostKeyFingerprints('constructor')).toMatchObject({ ok: false })
    expect(await shell.hostKeyFingerprints('d')).toMatchObject({ ok: false, problems: [{ code: 'unknown-cluster' }] })
  })
})

describe('ssh2 lets a host in on anything but false, and the strict verifier does not', () => {
  async function connects(hostVerifier: (key: Buffer) => boolean): Promise<boolean> {
    const client = new ssh2.Client()
    const privateKey = await readFile(sshd.identityFile)
    return await new Promise(resolve => {
      client.once('ready', () => resolve(true))
      client.on('error', () => resolve(false))
      client.connect({ host: sshd.address, port: sshd.port, username: sshd.user, privateKey, hostVerifier })
    }).then(ready => {
      client.end()
      return ready === true
    })
  }
  const open: readonly (readonly [string, () => unknown])[] = [
    ['null', () => null],
    ['0', () => 0],
    ['an empty string', () => ''],
    ['a promise of false', async () => await Promise.resolve(false)],
    ['a promise of trust', async () => await Promise.resolve({ kind: 'trusted' })],
    ['true itself', () => true],
    ['the word trusted', () => 'trusted'],
    ['a verdict of an unknown kind', () => ({ kind: 'Trusted' })],
    ['nothing', () => undefined],
    [
      'an exception',
      () => {
        throw new Error('no')
      },
    ],
  ]

  it('ssh2 alone accepts null and a promise of false', async () => {
    expect(await connects((() => null) as never)).toBe(true)
    expect(await connects((async () => await Promise.resolve(false)) as never)).toBe(true)
  })

  it.each(open)('a judge that answers %s does not let the host in', async (_, judge) => {
    const verifier = strictHostVerifier(judge as never)
    expect(verifier.verify(Buffer.from('key'))).toBe(false)
    expect(await connects(verifier.verify)).toBe(false)
    expect(verifier.seen()?.key.length).toBeGreaterThan(32)
  })

  it('a judge that trusts does', async () => {
    const verifier = strictHostVerifier(key => ({ kind: 'trusted', pin: { key } }) as never)
    expect(await connects(verifier.verify)).toBe(true)
  })
})

describe('algorithms', () => {
  async function against(options: SshdOptions, algorithms: 'modern' | 'legacy'): Promise<ExecutionResult> {
    const server = await startSshd(options)
    try {
      return await runWith([`HOST ${server.hostKeys[0]}`], { ssh: { algorithms } }, server)
    } finally {
      await server.close()
    }
  }

  it.each([
    { what: 'key exchange', config: ['KexAlgorithms diffie-hellman-group14-sha1'] },
    { what: 'host key', config: ['HostKeyAlgorithms ssh-rsa'] },
    { what: 'MAC', config: ['Ciphers aes128-ctr,aes256-ctr', 'MACs hmac-sha1'] },
    { what: 'cipher', config: ['Ciphers aes128-cbc,aes256-cbc', 'MACs hmac-sha1'] },
  ])('an old server with a $what of SHA-1 times needs `legacy`, and the refusal says so', async ({ config }) => {
    const options: SshdOptions = { hostKeys: ['rsa'], config }
    const refused = await against(options, 'modern')
    expect(refused).toMatchObject({ kind: 'not-sent', code: 'no-common-algorithm' })
    expect(reasonOf(refused)).toContain('`algorithms: legacy`')
    expect(await against(options, 'legacy')).toMatchObject({ kind: 'exited' })
  })

  it.each([
    [
      'KexAlgorithms',
      [
        'curve25519-sha256@libssh.org',
        'ecdh-sha2-nistp256',
        'diffie-hellman-group16-sha512',
        'diffie-hellman-group14-sha256',
      ],
    ],
    ['Ciphers', ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-ctr']],
    ['MACs', ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com']],
  ])(
    'every modern one of %s works against OpenSSH',
    async (keyword, names) => {
      for (const name of names) {
        const config = [`${keyword} ${name}`, ...(keyword === 'MACs' ? ['Ciphers aes256-ctr'] : [])]
        expect(await against({ config }, 'modern')).toMatchObject({ kind: 'exited' })
      }
    },
    30_000,
  )
})
