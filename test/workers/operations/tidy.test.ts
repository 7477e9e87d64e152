import { beforeEach, describe, expect, it } from 'vitest'
import type { Operations } from '../../../src/runs/operations.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { NodeModel, operationsOn } from './node-model.ts'

const HOUR_MS = 3_600_000
const HEAD = { run: '01JDXXXXXXXXXXXXXXXXXXXXXX', number: 7, seq: 4, head: 'abc' }

let clock: FakeClock
let node: NodeModel
let operations: Operations
beforeEach(() => {
  clock = createFakeClock()
  node = new NodeModel(clock)
  operations = operationsOn(node, clock)
})

const witness = (on = 'node1', signal = new AbortController().signal) =>
  operations.witness({ cluster: 'pvfs', node: on }, HEAD, signal)

describe('what a node keeps of changes long past is cleared away', () => {
  it('when it is left a witness, and only what nobody can ask for any more: a month behind its deadline', async () => {
    expect(await witness()).toEqual({ ok: true, value: true })
    expect(node.asked).toEqual(['put', 'note', 'purge'])
    expect(node.purged).toEqual([30])
  })

  it('once a day, however many runs end on it', async () => {
    await witness()
    clock.advance(23 * HOUR_MS)
    await witness()
    expect(node.purged).toHaveLength(1)
    clock.advance(HOUR_MS)
    await witness()
    expect(node.purged).toHaveLength(2)
  })

  it('on each node for itself', async () => {
    for (const name of ['node1', 'node2', 'node1', 'node2']) await witness(name)
    expect(node.purged).toHaveLength(2)
  })

  it('by each worker for itself: a second time is harmless', async () => {
    await witness()
    operations = operationsOn(node, clock)
    await witness()
    expect(node.purged).toHaveLength(2)
  })
})

describe('that nothing could be cleared away', () => {
  it('is no news: the witness was left, and it is tried again a day later', async () => {
    node.fate = verb => (verb === 'purge' ? 'unsent' : 'ok')
    expect(await witness()).toEqual({ ok: true, value: true })
    expect(await witness()).toEqual({ ok: true, value: true })
    expect(node.asked.filter(verb => verb === 'purge')).toHaveLength(1)
    node.fate = () => 'ok'
    clock.advance(24 * HOUR_MS)
    await witness()
    expect(node.purged).toEqual([30])
  })

  it('for broken links costs some seconds, and no more', async () => {
    node.fate = verb => (verb === 'purge' ? { lost: 'before', bytes: 0 } : 'ok')
    const begunAt = clock.monotonic()
    expect(await witness()).toEqual({ ok: true, value: true })
    expect(node.asked.filter(verb => verb === 'purge').length).toBeGreaterThan(1)
    expect(clock.monotonic() - begunAt).toBeLessThan(60_000)
  })

  it('is not even tried on a node that could not be left a witness', async () => {
    node.fate = verb => (verb === 'note' ? 'unsent' : 'ok')
    expect(await witness()).toMatchObject({ ok: false })
    expect(node.asked).not.toContain('purge')
    node.fate = () => 'ok'
    await witness()
    expect(node.purged).toEqual([30])
  })
})
