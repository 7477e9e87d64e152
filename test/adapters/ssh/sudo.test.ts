import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sudoRefusal } from '../../../src/adapters/ssh/sudo.ts'
import type { Execution, ExecutionResult } from '../../../src/runs/ports.ts'
import { shellFor } from '../../support/ssh-shell.ts'
import { type Sshd, startSshd } from '../../support/sshd.ts'

let bin: string
let sshd: Sshd
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'ha-sudo-'))
  sshd = await startSshd({ environment: { PATH: `${bin}:/usr/bin:/bin` } })
})
afterAll(async () => {
  await sshd?.close()
  await rm(bin, { recursive: true, force: true })
})

/** Runs a script with `become: sudo` on a host whose sudo is this script. */
async function become(sudo: string, script: string, more: Partial<Execution> = {}): Promise<ExecutionResult> {
  await writeFile(join(bin, 'sudo'), `#!/bin/sh\n${sudo}\n`, { mode: 0o755 })
  const shell = shellFor(sshd, { ssh: { become: 'sudo' } })
  try {
    return await shell.run(script, { keepBytes: 100, ...more })
  } finally {
    await shell.close()
  }
}

const STARTS = '[ "$1 $2" = "-n --" ] || exit 99\nshift 2\nBECAME=root exec "$@"'

describe('become: sudo', () => {
  it('runs the whole script under `sudo -n`', async () => {
    const result = await become(STARTS, 'echo "$BECAME"; echo "it\'s" >&2; exit 4')
    expect(result).toMatchObject({
      kind: 'exited',
      exitCode: 4,
      stdout: { text: 'root\n' },
      stderr: { text: "it's\n" },
    })
  })

  it('says that a password would be needed, and that nothing ran', async () => {
    const result = await become('echo "sudo: a password is required" >&2; exit 1', 'echo never', { keepBytes: 0 })
    expect(result).toMatchObject({ kind: 'not-sent', code: 'login-refused' })
    const reason = result.kind === 'not-sent' && result.reason
    expect(reason).toContain(`sudo asks for a password of ${sshd.user}`)
    expect(reason).toContain('nothing ran')
    expect(reason).toContain('NOPASSWD')
  })

  it('leaves a failing script what it is, even when it speaks of sudo itself', async () => {
    const script = 'echo "changed something"; echo "sudo: a password is required" >&2; exit 1'
    expect(await become(STARTS, script)).toMatchObject({ kind: 'exited', exitCode: 1 })
  })
})

describe('what sudo says', () => {
  const end = { exitCode: 1, stdoutBytes: 0 }
  it.each([
    ['sudo: a password is required\n', 'asks for a password'],
    ['sudo: a terminal is required to read the password; either use the -S option\n', 'asks for a password'],
    [
      'sudo: unable to resolve host db1: Name or service not known\nsudo: a password is required\n',
      'asks for a password',
    ],
    ["Sorry, user haops is not allowed to execute '/bin/sh -c true' as root on db1.\n", 'does not allow haops'],
    [
      "Sorry, user haops is not allowed to execute '/bin/sh -c one\ntwo\nthree' as root on db1.\n",
      'does not allow haops',
    ],
    [
      "Sorry, user haops is not allowed to execute '/bin/sh /var/lib/ha-bot/runner-0123 claim op=a' as root on db1.\n",
      'does not allow haops',
    ],
    ['haops is not in the sudoers file.\n', 'does not allow haops'],
    ['Sorry, user haops may not run sudo on db1.\n', 'does not allow haops'],
  ])('%j means that nothing ran', (stderr, meaning) => {
    expect(sudoRefusal({ ...end, stderr }, 'haops')).toContain(meaning)
  })

  it('a missing sudo means that nothing ran', () => {
    expect(
      sudoRefusal({ exitCode: 127, stdoutBytes: 0, stderr: 'bash: line 1: exec: sudo: not found\n' }, 'haops'),
    ).toContain('not installed')
  })

  it.each([
    { ...end, stdoutBytes: 1, stderr: 'sudo: a password is required\n' },
    { ...end, exitCode: 2, stderr: 'sudo: a password is required\n' },
    { ...end, stderr: 'stopping db1\nsudo: a password is required\n' },
    { ...end, stderr: "Sorry, user haops is not allowed to execute '/usr/sbin/reboot' as root on db1.\n" },
    { ...end, stderr: "Sorry, user other is not allowed to execute '/bin/sh -c true' as root on db1.\n" },
    { ...end, stderr: '' },
  ])('$stderr with exit $exitCode and $stdoutBytes bytes of output may be the script’s own', seen => {
    expect(sudoRefusal(seen, 'haops')).toBeUndefined()
  })
})
