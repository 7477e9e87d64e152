import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Execution } from '../../../src/runs/ports.ts'
import { operationsOver } from '../../support/operations.ts'
import { shellFor, type TestShell } from '../../support/ssh-shell.ts'
import { type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function serverWith(options: SshdOptions): Promise<Sshd> {
  const sshd = await startSshd(options)
  open.push(sshd.close)
  return sshd
}

function shellOn(sshd: Sshd, ssh: Parameters<typeof shellFor>[1] = {}): TestShell {
  const shell = shellFor(sshd, ssh)
  open.push(shell.close)
  return shell
}

const SHELLS = ['bash', 'dash', 'ksh', 'mksh', 'zsh', 'fish', 'tcsh', 'busybox sh'].filter(
  shell => spawnSync(shell.split(' ')[0] ?? '', ['-c', 'true']).error === undefined,
)

/** What profiles print: whole lines, one that is left open, and something on the other stream. */
const NOISE = 'echo "Welcome to n1"; echo; echo "ha1 is a fine name" ; echo quota exceeded >&2; printf "%% "'

describe('any login shell does', () => {
  it.each(SHELLS)('%s, also when its profile is talkative', async login => {
    const sshd = await serverWith({ config: [`ForceCommand ${NOISE}; exec ${login} -c "$SSH_ORIGINAL_COMMAND"`] })
    const shell = shellOn(sshd)
    const operations = await operationsOver(shell)
    const script = `cat <<'END'\nit's "a" \\n $HOME \`id\` ! ü☃\nEND\necho err >&2; exit 3`
    const told = await operations.change('talkative', script)
    expect(told.end).toMatchObject({ kind: 'done', exitCode: 3, complete: true })
    expect([told.stdout.toString(), told.stderr.toString()]).toEqual([`it's "a" \\n $HOME \`id\` ! ü☃\n`, 'err\n'])
    expect((await operations.change('talkative', script, { mode: 'continue' })).end).toMatchObject({
      kind: 'done',
      complete: true,
    })
    expect((await operations.change('other', script, { mode: 'settle' })).end).toMatchObject({
      kind: 'not-run',
      code: 'tombstoned',
    })
    const { signal } = new AbortController()
    expect(await operations.fence('c', 'n1', 9, signal)).toEqual({ ok: true, value: true })
    expect(await operations.ledger('c', 'n1', signal)).toMatchObject({ ok: true, value: { epoch: 9 } })
  })

  it('one that lets nobody in runs nothing, and says what it said', async () => {
    const sshd = await serverWith({ config: ['ForceCommand echo "This account is currently not available."; exit 1'] })
    const { end } = await (await operationsOver(shellOn(sshd))).change('nologin', 'echo never')
    expect(end).toMatchObject({ kind: 'not-run', code: 'login-refused' })
    expect(end.kind === 'not-run' && end.reason).toContain('This account is currently not available.')
    expect(end.kind === 'not-run' && end.reason).toContain('nothing was run')
  })
})

it('a ledger in the home of the login is a folder of this node there', async () => {
  const sshd = await serverWith({ config: ['ForceCommand cd "$HOME" && exec sh -c "$SSH_ORIGINAL_COMMAND"'] })
  const operations = await operationsOver(shellOn(sshd, { ssh: { ledger: 'own/.ha-bot' } }))
  expect((await operations.change('home', 'echo here')).end).toMatchObject({ kind: 'done', complete: true })
  const name = spawnSync('uname', ['-n']).stdout.toString().trim()
  expect(existsSync(join(sshd.folder, 'own/.ha-bot', name, 'ops/home'))).toBe(true)
})

it('a ledger that cannot be written runs nothing, and says where to look', async () => {
  const sshd = await serverWith({})
  await writeFile(join(sshd.folder, 'file'), '')
  const operations = await operationsOver(shellOn(sshd, { ssh: { ledger: `${sshd.folder}/file/ledger` } }))
  const { end } = await operations.change('nowhere', 'echo never')
  expect(end).toMatchObject({ kind: 'not-run', code: 'no-space' })
  expect(end.kind === 'not-run' && end.reason).toContain(`could not make the folder ${sshd.folder}/file/ledger`)
})

describe('under sudo', () => {
  /** An operation on a host whose sudo is this script. */
  async function become(sudo: string, seen?: (execution: Execution) => void) {
    const bin = join('bin')
    const sshd = await serverWith({
      config: ['ForceCommand PATH="$HOME/bin:/usr/bin:/bin" exec sh -c "$SSH_ORIGINAL_COMMAND"'],
    })
    await mkdir(join(sshd.folder, bin))
    await writeFile(join(sshd.folder, bin, 'sudo'), `#!/bin/sh\n${sudo}\n`)
    await chmod(join(sshd.folder, bin, 'sudo'), 0o755)
    const shell = shellOn(sshd, { ssh: { become: 'sudo' } })
    const operations = await operationsOver(shell, {
      execute: async execution => {
        seen?.(execution)
        return await shell.execute(execution)
      },
    })
    return { operations, sshd }
  }
  const STARTS = '[ "$1 $2" = "-n --" ] || exit 99\nshift 2\nBECAME=root HOME=/nowhere exec "$@"'

  it('the whole of a change runs as sudo lets it', async () => {
    const { operations } = await become(STARTS)
    expect((await operations.change('became', 'echo "$BECAME"')).end).toMatchObject({
      kind: 'done',
      stdout: { text: 'root\n' },
      complete: true,
    })
  })

  it.each([
    ['echo "sudo: a password is required" >&2; exit 1', 'asks for a password'],
    [
      'echo "Sorry, user $(id -un) is not allowed to execute \'/bin/sh -c umask\' as root on n1." >&2; exit 1',
      'does not allow',
    ],
  ])('nothing was run when sudo refuses: %s', async (sudo, meaning) => {
    const { operations } = await become(sudo)
    const { end } = await operations.change('refused', 'echo never')
    expect(end).toMatchObject({ kind: 'not-run', code: 'login-refused' })
    expect(end.kind === 'not-run' && end.reason).toContain(meaning)
  })

  it('nothing was run when sudo takes files but refuses the claim', async () => {
    const refusal =
      'echo "Sorry, user $(id -un) is not allowed to execute \'$*\' as root on n1." | sed "s/-n -- //" >&2; exit 1'
    const { operations } = await become(`case "$*" in *" claim "*) ${refusal} ;; esac\n${STARTS}`)
    const { end } = await operations.change('unclaimed', 'echo never')
    expect(end).toMatchObject({ kind: 'not-run', code: 'login-refused' })
  })
})
