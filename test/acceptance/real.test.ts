import { beforeAll, expect, it } from 'vitest'
import { type RealWorld, startRealWorld } from '../../lab/real/real-world.ts'
import { describeReal } from '../lab/real/describe-real.ts'
import { stageFor } from '../support/stage.ts'
import { approve, asked, BO, cardWith, ended, repliesWith, type } from './talking.ts'

const COMES_UP_MS = 150_000

describeReal('on real Pacemaker and Corosync', { timeout: 120_000 }, () => {
  const stage = stageFor({
    world: (folder): Promise<RealWorld> => startRealWorld({ folder }),
    timeoutMs: COMES_UP_MS,
  })
  beforeAll(() => {
    expect(stage().world.nodes.map(({ name }) => name)).toEqual(['node1', 'node2', 'node3'])
  })

  async function holdersOf(group: string): Promise<string[]> {
    const { nodes, addresses, inspect } = stage().world
    const held = await Promise.all(
      nodes.map(async ({ name }) => {
        const { stdout } = await inspect(name, 'ip -4 -o addr show')
        return stdout.includes(`inet ${addresses[group]}/`) ? [name] : []
      }),
    )
    return held.flat()
  }

  async function constraints(): Promise<string> {
    return (await stage().world.inspect('node1', 'cibadmin -Q -o constraints')).stdout
  }

  /** Ana asks, Bo agrees, and it is waited for the end. */
  async function agreed(text: string): Promise<{ number: number; outcome: string | undefined }> {
    const { number, card } = await asked(stage(), text)
    await approve(stage(), BO, card)
    const { state } = await ended(stage(), number)
    return { number, outcome: state.finished?.outcome }
  }

  it('a failover moves the address that clients use, and leaves no constraint behind', async () => {
    expect(await holdersOf('server1')).toEqual(['node2'])
    const { number, outcome } = await agreed('/ha failover server1')

    expect(outcome).toBe('succeeded')
    expect(await holdersOf('server1')).toEqual(['node3'])
    expect(await constraints()).not.toContain('id="cli-')
    const card = await cardWith(stage(), number, 'server1 runs on node3')
    await repliesWith(stage(), card, 'Transcript of')
  })

  it('standby empties a node, unstandby lets it run groups again', async () => {
    const held = await holdersOf('server0')
    expect(held).toEqual(['node1'])
    expect(await agreed('/ha standby node1')).toMatchObject({ outcome: 'succeeded' })
    expect(await holdersOf('server0')).not.toContain('node1')
    expect(await holdersOf('server2')).not.toContain('node1')
    const standby = await stage().world.inspect('node2', 'crm_standby --node node1 --query --quiet')
    expect(standby.stdout.trim()).toBe('on')

    expect(await agreed('/ha unstandby node1')).toMatchObject({ outcome: 'succeeded' })
    const active = await stage().world.inspect('node2', 'crm_standby --node node1 --query --quiet')
    expect(active.stdout.trim()).toBe('off')
  })

  it('the configuration is the same on every node, and valid', async () => {
    const { number } = await type(stage(), BO, '/ha verify cib')
    const { state } = await ended(stage(), number)
    expect(state.finished?.outcome, JSON.stringify(state.finished)).toBe('succeeded')
    expect(state.steps['same']?.executions.map(({ host }) => host)).toEqual(['node1', 'node2', 'node3'])
  })

  it('a node that does not exist is refused, and nobody is asked to approve', async () => {
    const { number } = await type(stage(), BO, '/ha standby node7')
    const { state } = await ended(stage(), number)
    expect(state.problems.map(({ message }) => message)).toEqual([expect.stringContaining('node7')])
    expect(state.gates).toEqual([])
  })
})
