import { expect, test } from 'vitest'
import { approvedFailover, move } from '../support/failover.ts'
import { createBench } from '../support/run-bench.ts'

test('a change that was ended because its time was up is unknown and keeps the cluster: nobody wanted that', async () => {
  const bench = await createBench()
  const run = await approvedFailover(bench)
  bench.shell.expect(move())
  bench.operations.endAs(end => ({ ...end, exitCode: -1, exitSignal: 'SIGTERM', stopped: 'timeout' }))
  const state = await bench.leg(run, 2)
  expect(state.finished?.outcome).toBe('unknown')
  expect(state.finished?.summary).toContain('its time was up')
  expect(state.lease?.released).toBe(false)
  bench.shell.verify()
})

test('a change that came to its end in the moment its time was up is judged by its exit', async () => {
  const bench = await createBench()
  const run = await approvedFailover(bench)
  bench.shell.expect(move())
  bench.operations.endAs(end => ({ ...end, stopped: 'timeout' }))
  const state = await bench.leg(run, 2)
  expect(state.steps['move']?.outcome).toBe('succeeded')
})
