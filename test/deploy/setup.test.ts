import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { debian, folder, LAB, program, put, setup } from './played-machine.ts'

/** Installs what it is asked for, and notes how it was called and what then forbade services to start. */
const APT = `
echo "$*" >> "$FOLDER/apt.log"
. "$FOLDER/root/usr/sbin/policy-rc.d" > /dev/null 2>&1 & wait $!; echo "policy $?" >> "$FOLDER/apt.log"
for word; do case $word in
  redis-server) : > "$FOLDER/bin/redis-server";;
  openssh-client) : > "$FOLDER/bin/ssh-keygen";;
esac; done`

const OTHERS = ['ksh', 'mksh', 'busybox', 'zsh', 'fish', 'tcsh', 'ps', 'openssl']

describe('where everything is there', () => {
  test('the set-up says nothing and changes nothing', async () => {
    for (const name of ['redis-server', 'ssh-keygen', 'sshd', 'shellcheck', ...OTHERS, 'chromium']) await program(name)
    await debian(LAB)
    for (const purpose of ['demo', 'test', 'check']) {
      expect(await setup(['--for', purpose], { uid: 0 })).toEqual({ exitCode: 0, out: '', err: '' })
    }
  })

  test('valkey stands in for Redis, and programs of the administrator are found outside PATH', async () => {
    await program('valkey-server')
    expect(await setup(['--for', 'demo'])).toMatchObject({ exitCode: 0 })
    await program('ssh-keygen')
    await put('root/usr/sbin/sshd', '', 0o755)
    expect((await setup(['--for', 'test'])).err).not.toContain('sshd')
  })
})

describe('where Redis is missing', () => {
  test('a user of Debian reads the one command that installs it', async () => {
    await debian()
    await program('apt-get')
    expect(await setup(['--for', 'demo'])).toEqual({
      exitCode: 1,
      out: '',
      err: 'Redis is missing (redis-server): needed for the queue and the journal.\nInstall it with:  sudo apt-get install -y --no-install-recommends redis-server\n',
    })
  })

  test('users of other systems read their own command, or the name', async () => {
    expect((await setup(['--for', 'demo'])).err).toContain('Install redis-server and run this again.')
    await program('brew')
    expect((await setup(['--for', 'demo'], { platform: 'darwin' })).err).toContain(
      'Install it with:  brew install redis\n',
    )
    await program('dnf')
    expect((await setup(['--for', 'demo'])).err).toContain('Install it with:  sudo dnf install -y valkey\n')
  })

  test('root on Debian gets it installed, no service started, and an own policy-rc.d back', async () => {
    await debian()
    await program('apt-get', APT)
    await put('root/usr/sbin/policy-rc.d', 'exit 3\n')
    const result = await setup(['--for', 'demo'], { uid: 0 })
    expect(result).toEqual({ exitCode: 0, out: '', err: 'Installing redis-server (apt-get) …\n' })
    expect((await readFile(join(folder, 'apt.log'), 'utf8')).split('\n')).toEqual([
      '-o DPkg::Lock::Timeout=300 install -y --no-install-recommends redis-server',
      'policy 101',
      '',
    ])
    expect(await readFile(join(folder, 'root/usr/sbin/policy-rc.d'), 'utf8')).toBe('exit 3\n')
  })

  test('lists are fetched first where there are none, and once more when the installation fails', async () => {
    await debian()
    await rm(join(folder, 'root/var/lib/apt/lists'), { recursive: true })
    await program('apt-get', `${APT}\ncase "$*" in *install*) echo "E: Unable to fetch" >&2; exit 100;; esac`)
    const result = await setup(['--for', 'test'], { uid: 0 })
    const verbs = (await readFile(join(folder, 'apt.log'), 'utf8')).match(/(?<= )(update|install)(?=\s)/g)
    expect(verbs?.slice(0, 4)).toEqual(['update', 'install', 'update', 'install'])
    expect(result.err).toContain('E: Unable to fetch')
    expect(existsSync(join(folder, 'root/usr/sbin/policy-rc.d'))).toBe(false)
  })

  test('a policy-rc.d that a killed set-up left behind is not taken for somebody else’s', async () => {
    await debian()
    await program('apt-get', APT.replace('case $word in', 'case $word in install) kill -9 $PPID; exit 1;;'))
    await setup(['--for', 'demo'], { uid: 0 })
    expect(existsSync(join(folder, 'root/usr/sbin/policy-rc.d'))).toBe(true)
    await program('apt-get', APT)
    expect((await setup(['--for', 'demo'], { uid: 0 })).exitCode).toBe(0)
    expect(existsSync(join(folder, 'root/usr/sbin/policy-rc.d'))).toBe(false)
  })

  test('a dry run says what it would do and does nothing', async () => {
    await debian()
    await program('apt-get', APT)
    const result = await setup(['--for', 'demo', '--dry-run'], { uid: 0 })
    expect(result).toEqual({ exitCode: 0, out: '', err: 'Would install redis-server (apt-get) …\n' })
    expect(existsSync(join(folder, 'apt.log'))).toBe(false)
  })
})

describe('what only some tests need', () => {
  beforeEach(async () => {
    await debian()
    for (const name of ['redis-server', 'ssh-keygen', 'sshd', 'shellcheck', ...OTHERS, 'apt-get']) await program(name)
  })

  test('is reported as skipped, with the command, and the tests go on', async () => {
    const { exitCode, err } = await setup(['--for', 'test'])
    expect(exitCode).toBe(0)
    expect(err.split('\n')).toEqual([
      'skipped: tests of the Slack page in a browser (missing: chromium). To run them:  sudo apt-get install -y --no-install-recommends chromium',
      'skipped: tests with real cluster daemons (missing: root on Linux)',
      '',
    ])
    expect((await setup(['--for', 'test'], { uid: 0 })).err).toContain(
      'install -y --no-install-recommends corosync pacemaker',
    )
  })

  test('must be there in CI, but for what this user cannot have', async () => {
    const { exitCode, err } = await setup(['--for', 'test'], { env: { CI: 'true' } })
    expect(exitCode).toBe(1)
    expect(err).toContain('Chromium is missing (chromium): needed for tests of the Slack page in a browser.')
    await program('chromium')
    expect((await setup(['--for', 'test', '--ci'])).exitCode).toBe(0)
    expect((await setup(['--for', 'test'], { env: { CI: 'false' } })).exitCode).toBe(0)
  })

  test('is installed for real clusters, and refused without root', async () => {
    const asked = await setup(['--for', 'demo', '--real', '--dry-run'], { uid: 0 })
    expect(asked.err).toBe('Would install corosync, pacemaker (apt-get) …\n')
    const refused = await setup(['--for', 'demo', '--real'])
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('is missing (root on Linux)') })
  })
})
