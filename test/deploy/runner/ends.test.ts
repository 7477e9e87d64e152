import { expect, it } from 'vitest'
import { nodeFor } from './node.ts'
import { joined } from './reply.ts'
import { describeShells } from './shells.ts'

describeShells('the end of an operation', shell => {
  const node = nodeFor(shell)

  it.each([0, 1, 2, 5, 77, 126, 127, 128, 147, 193, 204, 234, 255])('has exit code %i', async code => {
    const { state } = await node.claim(`exit-${code}`, node.put(`exit ${code}\n`))
    expect(state).toMatchObject({ state: 'done', rc: `${code}`, sig: '-' })
  })

  it.each([
    ['HUP', 129],
    ['INT', 130],
    ['KILL', 137],
    ['SEGV', 139],
    ['PIPE', 141],
    ['TERM', 143],
  ] as const)('names the signal %s that ended it', async (signal, rc) => {
    const { state } = await node.claim(`signal-${signal}`, node.put(`kill -s ${signal} $$\nsleep 60\n`))
    expect(state).toMatchObject({ state: 'done', rc: `${rc}`, sig: signal })
  })

  it('is that of the script, also when that is no shell script at all', async () => {
    const { state } = await node.claim('syntax', node.put('if then fi (\n'))
    expect(state['state']).toBe('done')
    expect(Number(state['rc'])).toBeGreaterThan(0)
  })
})

describeShells('what a script finds', shell => {
  const node = nodeFor(shell)

  it('is an empty standard input, the home, an ordinary umask, its operation, and nothing of the runner', async () => {
    const bundle = node.put(
      'cat; pwd; echo "[$HA_BOT_OPERATION$HA_RUNNER_SH]"; >made; ls -l made | cut -c1-10; echo /*bin | cut -c1-4; echo $0\n',
    )
    const [home, operation, mode, glob, name] = joined((await node.claim('finds', bundle)).out)
      .toString()
      .split('\n')
    expect([home, operation, mode, glob]).toEqual([node.folder, '[finds]', '-rw-r--r--', '/bin'])
    expect(name).toBe(`${node.ledger}/bundles/b-${bundle.sha}`)
  })

  it('is a session of its own, with the usual signals', async () => {
    const script = `trap 'echo int' INT; trap 'echo hup' HUP; trap 'echo term' TERM; kill -INT $$; kill -HUP $$; kill -TERM $$
read -r stat </proc/$$/stat; echo "$stat"\n`
    const { out, state } = await node.claim('signals', node.put(script))
    const lines = joined(out).toString().split('\n')
    expect(lines.slice(0, 3)).toEqual(['int', 'hup', 'term'])
    const [, , group, session] = (lines[3] ?? '').slice((lines[3] ?? '').lastIndexOf(')') + 2).split(' ')
    expect([group, session]).toEqual([state['pid'], state['pid']])
  })

  it('is no descriptor of the login, which therefore can end before the change does', async () => {
    const reply = await node.claim('detached', node.put('sleep 1000\n'), { wait: 0 })
    // The pipe of the reply has come to its end: nobody holds it open.
    expect(reply.isWhole).toBe(true)
    await node.ask('stop', { op: 'detached', grace: 5_000 })
  })
})
