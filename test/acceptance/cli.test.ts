import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fastWorld, stageFor } from '../support/stage.ts'
import { type Child, start } from './child.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import { expectInOrder } from './reads.ts'
import { ANA, approve, BO, CHANNEL, cardWith, ended, runCount, whisper } from './talking.ts'
import { ha, scratch, strangersKey } from './terminal.ts'

describe('the terminal', () => {
  const stage = stageFor({ world: fastWorld })
  const env = () => ({ HA_CONFIG: stage().configFile, HOME: stage().folder })
  const keyOf = (person: string) => join(stage().folder, 'keys', person)

  function child(...args: string[]): Child {
    const started = start('src/cli.ts', args, env())
    onTestFinished(async () => {
      started.process.kill('SIGKILL')
      await started.ended
    })
    return started
  }

  it('takes a failover from one person and its approval from another, and shows it on paper afterwards', async () => {
    const asking = child('do', 'failover server2', '--key', keyOf('ana'))
    await asking.says('Waiting for approval:  ha approve 1')
    expect(lines(changes(stage().world))).toEqual([])
    const approving = await child('approve', '#1', '--key', keyOf('bo'), '--reason', 'seen the plan').ended
    const { code, stdout, stderr } = await asking.ended

    expect(approving).toEqual({
      code: 0,
      stdout: 'You approved #1. The checks are repeated, then it runs.\n',
      stderr: '',
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expectInOrder(stdout, [
      'Failover server2 · node3 → node5',
      'Moves server2 (address, filesystem, daemon) from node3 to node5.',
      'crm_resource --move --resource "$group" --node "$node"',
      'Waiting for approval:  ha approve 1',
      '✓ move',
      'server2 runs on node5',
      'RECAP',
    ])
    expect(lines(changes(stage().world))).toEqual([
      'node1: crm_resource --move --resource server2 --node node5',
      'node1: crm_resource --clear --resource server2',
    ])
    expect(await runsOn(stage().world, 'server2')).toBe('node5')

    const transcript = await ha(['transcript', '1'], env())
    expectInOrder(transcript.stdout, ['run #1', 'SUCCEEDED', 'ana (cli)', 'approved', 'bo (cli)', '"seen the plan"'])
    const show = await ha(['show', '#1'], env())
    expect(show).toMatchObject({ code: 0, stdout: expect.stringContaining('server2 runs on node5') })
    const runs = await ha(['runs', '--json'], env())
    const listed = runs.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
    expect(listed).toEqual([
      expect.objectContaining({
        number: 1,
        outcome: 'succeeded',
        by: 'ana',
        cluster: 'pvfs',
        text: 'failover server2',
      }),
    ])
    await cardWith(stage(), 1, 'server2 runs on node5')
  }, 90_000)

  it('shows how the cluster stands, to anybody and without a key', async () => {
    const { code, stdout, stderr } = await ha(['clusters', 'status', 'pvfs'], env())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('5 of 5 online · quorate · settled')
    expect(stdout).toMatch(/node4 +online +server3/)
  })

  it('takes no change without a key that belongs to somebody', async () => {
    const before = await runCount(stage())
    const folder = await scratch()
    for (const key of [join(folder, 'none'), await strangersKey(folder)]) {
      const asked = await ha(['do', 'failover server1', '--key', key], env())
      expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('Name your key with --key') })
      expect(asked.stderr).toContain('Nothing will run.')
    }
    const approved = await ha(['approve', '1', '--key', join(folder, 'none')], env())
    expect(approved).toMatchObject({ code: 2, stderr: expect.stringContaining('Name your key: ha approve 1 --key') })
    expect(await runCount(stage())).toBe(before)
  })

  it('signs nothing with a key that is not the one of the person it would speak for', async () => {
    const before = await runCount(stage())
    const key = await strangersKey(await scratch(), keyOf('ana'))
    const { code, stderr } = await ha(['do', 'failover server1', '--key', key], env())
    expect(code).toBe(2)
    expect(stderr).toContain('NOT accepted: Your words could not be signed with')
    expect(await runCount(stage())).toBe(before)
    expect(lines(changes(stage().world)).filter(line => line.includes('server1'))).toEqual([])
  })

  it('lets nobody approve their own request, be it at a second terminal or in Slack', async () => {
    const asked = await ha(['do', 'failover server3', '--key', keyOf('ana'), '--detach'], env())
    const number = Number(/#(\d+)/.exec(asked.stdout)?.[1])
    const card = await cardWith(stage(), number, 'Review and approve')
    const own = await ha(['approve', String(number), '--key', keyOf('ana')], env())
    expect(own).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('You asked for this; someone else of oncall'),
    })
    await approve(stage(), ANA, card)
    await whisper(stage(), ANA, 'You asked for this; someone else of oncall')

    await stage().workspace.control.command({ user: BO, channel: CHANNEL, text: `/ha deny ${number} "not now"` })
    const { state } = await ended(stage(), number)
    expect(state.gates[0]?.decisions.map(({ decision, speaker }) => `${decision} ${speaker.person}`)).toEqual([
      'deny bo',
    ])
    const followed = await ha(['show', String(number)], env())
    expect(followed.stdout).toContain('not now')
  })
})
