import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeFor, sha256, textOf, until } from './node.ts'
import { joined } from './reply.ts'
import { describeShells } from './shells.ts'

/** Starts what it is given as systemd does, in its own time, with little of an environment. */
const SYSTEMD_RUN = `#!/bin/sh
echo "$@" >>"$FAKES/systemd-run.log"
while :; do
  case $1 in --*) shift ;; -p) shift 2 ;; *) break ;; esac
done
setsid sh -c '"$@" & sleep 0.05' sh env "HA_TEST_NODE=$HA_TEST_NODE" "$@" </dev/null >/dev/null 2>&1
exit "$FAKE_EXIT"
`
const isRoot = process.getuid?.() === 0

describeShells('a node with systemd', shell => {
  for (const code of [0, 1]) {
    const node = nodeFor(shell, {
      env: folder => ({
        HA_RUNNER_SYSTEMD_DIR: folder,
        FAKES: folder,
        FAKE_EXIT: `${code}`,
        PATH: `${folder}/bin${delimiter}${process.env['PATH']}`,
      }),
    })
    mkdirSync(join(node.folder, 'bin'))
    writeFileSync(join(node.folder, 'bin/systemd-run'), SYSTEMD_RUN)
    chmodSync(join(node.folder, 'bin/systemd-run'), 0o755)

    it.skipIf(!isRoot && !process.env['CI'])(
      `runs it once, in a unit of its own, when systemd-run ends with ${code} after it started it`,
      async () => {
        for (let round = 0; round < 5; round++) {
          const op = `unit-${round}`
          const { state, out, text } = await node.claim(op, node.counted(op, 'echo "$HOME"; exit 4\n'))
          expect(state, text).toMatchObject({ state: 'done', rc: '4' })
          if (code === 0) expect(state['launcher']).toBe('systemd')
          expect(joined(out).toString()).toBe(`${node.folder}\n`)
          await until('everything has come to its end', () => node.processes().length === 0)
          expect(node.executions(op)).toBe(1)
        }
        const log = textOf(join(node.folder, 'systemd-run.log'))
        expect(log).toMatch(/--unit=ha-bot-unit-0 .*KillMode=process/)
      },
    )
  }
})

/** What a bare node has; each test names what else is missing. */
const TOOLS = [
  'cat',
  'cksum',
  'date',
  'dd',
  'env',
  'find',
  'grep',
  'head',
  'id',
  'mkdir',
  'mv',
  'nohup',
  'openssl',
  'perl',
  'rm',
  'rmdir',
  'setsid',
  'sh',
  'sha256sum',
  'shasum',
  'sleep',
  'sync',
  'tr',
  'uname',
  'wc',
  'touch',
]

describeShells('a node that lacks', shell => {
  function bare(...missing: string[]) {
    const node = nodeFor(shell, { env: folder => ({ PATH: join(folder, 'bin'), LC_ALL: 'C' }) })
    mkdirSync(join(node.folder, 'bin'))
    const all = [...TOOLS, shell.split(' ')[0] ?? ''].filter(name => !missing.includes(name))
    for (const name of all) symlinkSync(whereIs(name), join(node.folder, 'bin', name))
    return node
  }

  // The runner looks behind PATH for the tools of an administrator, where a test cannot take anything away.
  it.each([[['sha256sum']], [['sha256sum', 'shasum']]])('%j hashes with something else', async missing => {
    const node = bare(...missing)
    const { state, text } = await node.claim('hashed', node.counted('hashed', 'echo out\n'))
    expect(state, text).toMatchObject({ state: 'done', rc: '0', outsha: sha256('out\n') })
  })

  it('everything that makes a SHA-256 checks the bundle by cksum, and says that it has no hash', async () => {
    const node = bare('sha256sum', 'shasum', 'openssl')
    const { state, text } = await node.claim('summed', node.counted('summed', 'echo out\n'))
    expect(state, text).toMatchObject({ state: 'done', rc: '0', out: '4', outsha: '-' })
    const bundle = node.counted('altered')
    writeFileSync(join(node.ledger, 'bundles', `b-${bundle.sha}`), 'echo altered\n')
    expect((await node.claim('altered', bundle)).state).toMatchObject({ state: 'refused', why: 'bundle' })
  })

  it('setsid runs it all the same, and a stop ends it', async () => {
    const node = bare('setsid')
    const { state, text } = await node.claim('nohup', node.counted('nohup', 'exit 3\n'))
    expect(state, text).toMatchObject({ state: 'done', rc: '3', launcher: 'nohup' })
    await node.claim('long', node.counted('long', 'sleep 1000 & sleep 1000\n'), { wait: 0 })
    await until('begun', () => node.executions('long') === 1)
    const stop = await node.ask('stop', { op: 'long', grace: 5_000 })
    expect(stop.lines[0], stop.text).toMatch(/^ha1 stop gone /)
    expect(node.processes()).toEqual([])
  })

  it('fractions of a second in sleep waits in whole ones', async () => {
    const node = bare('sleep')
    writeFileSync(join(node.folder, 'bin/sleep'), '#!/bin/sh\ncase $1 in *.*) exit 1 ;; esac\nexec /bin/sleep "$1"\n')
    chmodSync(join(node.folder, 'bin/sleep'), 0o755)
    const { state, text } = await node.claim('slow', node.counted('slow', 'exit 3\n'))
    expect(state, text).toMatchObject({ state: 'done', rc: '3' })
  })
})

function whereIs(name: string): string {
  const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
  return join(folders.find(folder => textOf(join(folder, name)) !== '') ?? '/usr/bin', name)
}
