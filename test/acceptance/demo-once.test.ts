import { expect, it, onTestFinished } from 'vitest'
import { type Child, leftIn, privateTmp, start } from './child.ts'
import { expectInOrder } from './reads.ts'

/** The demo in a process of its own, with a place for its temporary files that must be empty afterwards. */
async function demo(...args: string[]): Promise<{ child: Child; folder: string }> {
  const { folder, remove } = await privateTmp()
  const child = start('lab/demo/main.ts', args, { TMPDIR: folder })
  onTestFinished(async () => {
    child.process.kill('SIGKILL')
    await child.ended
    await remove()
  })
  return { child, folder }
}

it('shows a whole failover without a browser: who asked, the plan, who agreed, each step, the transcript, the truth', async () => {
  const { child, folder } = await demo('--pace', '0.05', '--once', '/ha failover server2')
  const { code, stdout, stderr } = await child.ended

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expectInOrder(stdout, [
    'Ana: /ha failover server2',
    'Failover server2 · node3 → node5',
    'Moves server2 (address, filesystem, daemon) from node3 to node5.',
    '[ Review and approve ]',
    'You approved #1. The checks are repeated, then it runs.',
    'approved by Bo',
    '✓ Move the group · node1',
    '✓ server2 runs on node5',
    'server2-1.txt',
    'SUCCEEDED',
    '$ crm_resource --move --resource "$group" --node "$node"',
    'with group=server2 node=node5',
    '│ Removing constraint: cli-prefer-server2',
    'RECAP',
    'resource server2 is running on: node5',
  ])
  expect(await leftIn(folder)).toEqual([])
}, 60_000)

it('ends in order when it is told to in the middle of a run, and leaves nothing behind', async () => {
  const { child, folder } = await demo('--pace', '1', '--once', '/ha failover server2')
  await child.says('◌ All of it runs there')
  expect((await leftIn(folder)).length).toBeGreaterThan(0)
  child.process.kill('SIGTERM')
  const { code, stdout } = await child.ended

  expect(code).toBe(3)
  expect(stdout).toContain('Ended by a signal')
  expect(stdout).not.toContain('server2 runs on node5')
  expect(await leftIn(folder)).toEqual([])
}, 60_000)

it('ends in order when it is told to before it is up', async () => {
  const { child, folder } = await demo()
  await child.says('PVFS on five nodes')
  child.process.kill('SIGINT')
  await child.ended
  expect(await leftIn(folder)).toEqual([])
}, 60_000)

it('says what is wrong with its own options', async () => {
  const { child } = await demo('--wrold', 'xen')
  const { code, stderr } = await child.ended
  expect(code).toBe(2)
  expect(stderr).toContain("'--wrold'")
  expect(stderr).toContain('npm run demo -- --once')
}, 60_000)
