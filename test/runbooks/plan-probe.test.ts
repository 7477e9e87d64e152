import { describe, expect, test } from 'vitest'
import type { PlannedStep } from '../../src/runbooks/plan.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { approvedMove, measuredMove, moveBench, SERVICE } from '../support/measured-move.ts'
import { createBench } from '../support/run-bench.ts'
import { pvfsCluster, pvfsStatus } from '../support/statuses.ts'

async function planned(text: string): Promise<readonly PlannedStep[]> {
  const bench = await moveBench(text)
  const state = await bench.leg(await bench.request('measured move server2 to node5'), 1)
  return state.plan?.steps ?? []
}

const ASKS_LITTLE = measuredMove('steady: 2\ntimeout: 30s\nmost: 40s').replace(
  /(- \{ id: clients,.*) \}/,
  '$1, every: 500ms, timeout: 3s, times: 1 }',
)

describe('the plan of a measured change', () => {
  test('names the address that is asked, and how often: whoever approves agrees to it', async () => {
    const steps = await planned(measuredMove())
    expect(steps.find(({ id }) => id === 'clients')).toEqual({
      kind: 'probe',
      id: 'clients',
      name: 'The service is asked on from here',
      target: SERVICE,
      everyMs: 1000,
      timeoutMs: 1000,
      times: 3,
      onFailure: 'stop',
    })
    expect(steps.find(({ id }) => id === 'outage')).toEqual({
      kind: 'measure',
      id: 'outage',
      name: 'How long clients were without it',
      probe: 'clients',
      steady: 5,
      timeoutMs: 120_000,
      onFailure: 'stop',
    })
  })

  test('has what the runbook says instead', async () => {
    const steps = await planned(ASKS_LITTLE)
    expect(steps.find(({ id }) => id === 'clients')).toMatchObject({ everyMs: 500, timeoutMs: 3000, times: 1 })
    expect(steps.find(({ id }) => id === 'outage')).toMatchObject({ steady: 2, timeoutMs: 30_000, mostMs: 40_000 })
  })

  test('that another runbook uses measures the probe of that runbook', async () => {
    const outer = `apiVersion: ha/v1
name: outer-move
version: 1.0.0
stack: pacemaker
summary: Uses the other one
command: outer move <group> to <node>
risk: disruptive
inputs: { group: { type: group }, node: { type: node } }
steps:
  - approve: Sure?
  - { id: inner, use: measured-move, with: { group: inputs.group, node: inputs.node } }
`
    const inventory = { pvfs: pvfsCluster('pvfs', { groups: { server2: { service: SERVICE } } }) }
    const bench = await createBench({ library: await libraryWith(measuredMove(), outer), inventory })
    const state = await bench.leg(await bench.request('outer move server2 to node5'), 1)
    expect(state.plan?.steps.find(({ id }) => id === 'inner.outage')).toMatchObject({ probe: 'inner.clients' })
  })

  test('is void when the address is another one behind the approval', async () => {
    const { bench, run } = await approvedMove()
    const elsewhere = pvfsCluster('pvfs', { groups: { server2: { service: '192.0.2.23:3334' } } })
    bench.status.say(pvfsStatus())
    Object.assign(bench.worker.inventory, { pvfs: elsewhere })
    const state = await bench.leg(run, 2)
    expect(state.phase).toBe('waiting')
    expect(state.drift).toContain('"The service is asked on from here" would be done with other values')
  })
})
