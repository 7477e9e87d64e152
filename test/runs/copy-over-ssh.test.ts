import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/adapters/clock.ts'
import { readRunner } from '../../src/adapters/ssh/runner-file.ts'
import { createSshShell, type SshShell } from '../../src/adapters/ssh/shell.ts'
import { maskedOperations } from '../../src/app/masked-operations.ts'
import { maskedShell } from '../../src/app/masked-shell.ts'
import { sha256 } from '../../src/canonical.ts'
import type { Operations } from '../../src/runs/operations.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { createOperations } from '../../src/workers/operations/operations.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { createBench } from '../support/run-bench.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'
import { pvfsCluster } from '../support/statuses.ts'

const TEST_MS = 120_000
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
/** As root the login is somebody else, and sudo a program with the setuid bit; otherwise it is us, and the sudo of this computer. */
const SETPRIV = '/usr/bin/setpriv'
const canBecome = isRoot ? existsSync(SETPRIV) : spawnSync('sudo', ['-n', 'true']).status === 0

const OLD = 'deadtime 10\n'
const NEW = `deadtime 30\nstonith_host * external/ipmi node1 192.0.2.1 ha seldom-said lan\n$(reboot) 'é'`

const runbook = (folder: string) => `apiVersion: ha/v1
name: install-config
version: 1.0.0
stack: pacemaker
summary: Put the configuration in place
command: install config
risk: disruptive
steps:
  - { id: agree, approve: Put ha.cf in place? }
  - id: put
    name: Put ha.cf in place
    hosts: "['node1']"
    copy: { source: ha.cf, to: ${folder}/etc/ha.cf, owner: 'root:daemon', mode: '0640', backup: ${folder}/backups }
`

describe.skipIf(!canBecome)('a `copy` by an ordinary login and sudo', { timeout: TEST_MS }, () => {
  let sshd: Sshd
  let shell: SshShell
  let operations: Operations
  /** On the node: readable by all, writable by root alone. */
  let folder: string
  let sudo: string

  const asRoot = (...words: string[]) =>
    execFileSync(isRoot ? 'env' : 'sudo', [...(isRoot ? [] : ['-n', '--']), ...words], { encoding: 'utf8' })
  const target = () => join(folder, 'etc/ha.cf')
  const told = (format: string, path: string) => asRoot('stat', '-c', format, path).trim()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ha-copied-'))
    await chmod(folder, 0o755)
    sudo = isRoot ? await ownSudo() : ''
    const drop = isRoot ? `exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups` : 'exec'
    const env = `env HOME=${folder} PATH=${folder}/bin:/usr/bin:/bin`
    sshd = await startSshd({ config: [`ForceCommand ${drop} ${env} sh -c "$SSH_ORIGINAL_COMMAND"`] })
    const ssh = {
      user: sshd.user,
      identityFile: sshd.identityFile,
      knownHosts: sshd.knownHostsFile,
      ledger: `${folder}/ledger`,
      become: 'sudo' as const,
    }
    const node1 = { name: 'node1', address: sshd.address, port: sshd.port }
    const inventory = { pvfs: { ...pvfsCluster(), ssh, nodes: { node1 } } }
    shell = createSshShell({ inventory, readFile, env: {} })
    const runner = await readRunner()
    if (!runner.ok) throw new Error('no runner')
    const log = { info: () => undefined, warn: () => undefined }
    operations = createOperations({ shell, clock: systemClock, runner: runner.value, inventory, log })
  }, TEST_MS)
  afterAll(async () => {
    await shell?.close()
    await sshd?.close()
    asRoot('rm', '-rf', folder)
  })
  beforeEach(async () => {
    if (isRoot) await writeFile(join(folder, 'bin/sudo'), sudo)
    // The runs of these tests have one name: a node would take the next one's change for that of the one before.
    asRoot('rm', '-rf', `${folder}/etc`, `${folder}/backups`, `${folder}/ledger`)
    asRoot('install', '-d', '-m', '755', `${folder}/etc`)
    asRoot('sh', '-c', `printf '%s' '${OLD}' >${target()} && chmod 600 ${target()}`)
  })

  /** What stands for sudo: a copy of setpriv that is root, and nothing but what `sudo -n --` promises. */
  async function ownSudo(): Promise<string> {
    asRoot('install', '-d', '-m', '755', `${folder}/bin`)
    asRoot('install', '-m', '4755', SETPRIV, `${folder}/bin/become`)
    const text = `#!/bin/sh\n[ "$1 $2" = '-n --' ] || exit 99\nshift 2\nexec ${folder}/bin/become --reuid=0 --regid=0 --clear-groups "$@"\n`
    await writeFile(join(folder, 'bin/sudo'), text)
    await chmod(join(folder, 'bin/sudo'), 0o755)
    return text
  }

  async function asked(files: Record<string, string> = { 'ha.cf': NEW }) {
    const redactor = createRedactor()
    const nodes = { shell: maskedShell(shell, redactor), operations: maskedOperations(operations, redactor) }
    const bench = await createBench({
      library: await libraryWith(runbook(folder)),
      files,
      nodes,
      redactor,
    })
    const run = await bench.request('install config')
    return { bench, run, files, state: await bench.leg(run, 1) }
  }

  it('reads and writes what only root can: text, owner, mode, and what was there before is kept', async () => {
    const who = await shell.execute({
      ...{ cluster: 'pvfs', node: 'node1', script: 'id -u' },
      ...{ timeoutMs: 20_000, signal: new AbortController().signal, keepBytes: 1000 },
    })
    expect(who).toMatchObject({ kind: 'exited', stdout: { text: '0\n' } })

    const { bench, run, state } = await asked()
    expect(state.phase).toBe('waiting')
    expect(await bench.transcript(run)).toContain('-deadtime 10\n')
    expect(told('%a', target())).toBe('600')

    await bench.decide(run, 'bo')
    const ended = await bench.leg(run, 2)
    expect(ended.finished?.outcome, await bench.transcript(run)).toBe('succeeded')
    const now = asRoot('cat', target())
    expect(now).toBe(NEW)
    const step = state.plan?.steps.find(({ id }) => id === 'put')
    expect(step).toMatchObject({ file: { source: 'ha.cf', sha256: sha256(now) } })
    expect(told('%U:%G %a', target())).toBe('root:daemon 640')
    const kept = join(folder, `backups/ha.cf.${run}-put`)
    expect([asRoot('cat', kept), told('%a', kept)]).toEqual([OLD, '600'])
    expect(asRoot('ls', `${folder}/etc`)).toBe('ha.cf\n')
    expect(JSON.stringify(await bench.journal.load(run))).not.toContain('seldom-said')
  })

  it('asks anew when the file was changed after the approval, and puts then what was approved then', async () => {
    const { bench, run, files } = await asked()
    await bench.decide(run, 'bo')
    files['ha.cf'] = 'deadtime 31\n'
    const drifted = await bench.leg(run, 2)
    expect(drifted.drift).toEqual(['"Put ha.cf in place" would be done with other values'])
    expect(drifted.phase).toBe('waiting')
    expect(asRoot('cat', target())).toBe(OLD)

    await bench.decide(run, 'bo')
    const ended = await bench.leg(run, 3)
    expect(ended.finished?.outcome, await bench.transcript(run)).toBe('succeeded')
    expect(asRoot('cat', target())).toBe('deadtime 31\n')
  })

  it.runIf(isRoot)('changes nothing where sudo wants a password by then', async () => {
    const { bench, run } = await asked()
    await bench.decide(run, 'bo')
    await writeFile(join(folder, 'bin/sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2; exit 1\n')
    const { finished } = await bench.leg(run, 2)
    expect(finished?.outcome).not.toBe('succeeded')
    expect(finished?.summary).toContain('asks for a password')
    expect([asRoot('cat', target()), told('%a', target())]).toEqual([OLD, '600'])
    expect(asRoot('ls', folder)).not.toContain('backups')
  })
})
