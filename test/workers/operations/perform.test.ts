import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Following, OperationEnd, OperationMode, Operations } from '../../../src/runs/operations.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type Fate, NodeModel, operationsOn } from './node-model.ts'

const RUN = '01JDXXXXXXXXXXXXXXXXXXXXXX'

let clock: FakeClock
let node: NodeModel
let operations: Operations
beforeEach(() => {
  clock = createFakeClock()
  node = new NodeModel(clock)
  operations = operationsOn(node, clock)
})

interface Performed {
  readonly end: OperationEnd
  readonly stdout: string
  readonly stderr: string
}

async function perform(
  mode: OperationMode,
  more: Partial<Following> = {},
  operation = `${RUN}-move-node1-1`,
): Promise<Performed> {
  const got = { stdout: '', stderr: '' }
  const order = {
    cluster: 'pvfs',
    node: 'node1',
    operation,
    script: 'crm_resource --move secret-word',
    epoch: 3,
    run: RUN,
    number: 7,
    step: 'move',
    seq: 4,
    head: 'abc',
  }
  const end = await operations.perform(order, {
    mode,
    timeoutMs: 600_000,
    patienceMs: 45_000,
    stop: new AbortController().signal,
    detach: new AbortController().signal,
    output: (stream, chunk) => {
      got[stream] += chunk
    },
    keepBytes: 100,
    ...more,
  })
  return { end, ...got }
}

/** These fates in order for requests of one kind, then all is well. */
function fates(verb: string, ...list: Fate[]): void {
  node.fate = asked => (asked === verb ? (list.shift() ?? 'ok') : 'ok')
}

const lostBefore: Fate = { lost: 'before', bytes: 0 }
const lostAfter: Fate = { lost: 'after', bytes: 0 }

describe('a change', () => {
  it('is put, claimed and followed to its end: the runner once, the script once, and one more question', async () => {
    const { end, stdout, stderr } = await perform('begin')
    expect(end).toMatchObject({ kind: 'done', exitCode: 0, exitSignal: '', complete: true, durationMs: 700 })
    expect(end.kind === 'done' && end.record).toMatch(
      /^claimed \d\d:\d\d:\d\dZ, started .* as process 812, ended .* with exit code 0, started by setsid$/,
    )
    expect([stdout, stderr]).toEqual(['moved\n', 'a warning\n'])
    expect(node.asked).toEqual(['put', 'put', 'claim'])
    await perform('begin', {}, 'another-1')
    expect(node.asked.slice(3)).toEqual(['put', 'claim'])
  })

  it('may last longer than one question, and its output comes once, in order', async () => {
    node.change = { stdout: 'x'.repeat(1000), stderr: 'y'.repeat(10), exitCode: 4, lastsMs: 100_000 }
    const { end, stdout, stderr } = await perform('begin')
    expect(end).toMatchObject({ kind: 'done', exitCode: 4, complete: true, stdout: { bytes: 1000, truncated: true } })
    expect([stdout, stderr]).toEqual([node.change.stdout, node.change.stderr])
    expect(node.asked.filter(verb => verb === 'attach').length).toBeGreaterThan(5)
  })

  it('does not mind the clock of its node', async () => {
    for (const skewMs of [-86_400_000, 86_400_000]) {
      node.skewMs = skewMs
      expect((await perform('begin', {}, `skew${skewMs}`)).end).toMatchObject({ kind: 'done' })
    }
  })

  it('is not repeated when the link is lost after it was claimed', async () => {
    fates('claim', lostAfter)
    expect((await perform('begin')).end).toMatchObject({ kind: 'done', complete: true })
    expect(node.begun).toHaveLength(1)
  })

  it('is claimed again when the node says that it has never heard of it', async () => {
    fates('claim', lostBefore, lostBefore)
    expect((await perform('begin')).end).toMatchObject({ kind: 'done', complete: true })
    expect(node.asked.filter(verb => verb === 'claim')).toHaveLength(3)
    expect(node.begun).toHaveLength(1)
  })

  it('puts the runner again when the node answers as if it were gone', async () => {
    fates('claim', 'no-runner')
    expect((await perform('begin')).end).toMatchObject({ kind: 'done' })
    expect(node.asked).toEqual(['put', 'put', 'claim', 'put', 'attach', 'claim'])
  })

  it('that the node does not speak of is silent after the patience for it, and says what to do', async () => {
    node.fate = verb => (verb === 'put' ? 'ok' : lostAfter)
    const { end } = await perform('begin')
    expect(end).toMatchObject({ kind: 'silent' })
    const reason = end.kind === 'silent' ? end.reason : ''
    expect(reason).toContain('node1 has not said for 4')
    expect(reason).toContain('It may have run')
    expect(reason).not.toContain('secret-word')
  })

  it('that was interrupted is told so, with what came until then', async () => {
    node.change = { ...node.change, lastsMs: 60_000 }
    clock.when(20_000, () => node.interrupt())
    const { end, stdout } = await perform('begin')
    expect(end).toMatchObject({ kind: 'interrupted', stdout: { text: 'mov' } })
    expect(stdout).toBe('mov')
  })
})

describe('a change that did not begin', () => {
  it('has the code and the reason of the link, when nothing was sent', async () => {
    node.fate = () => 'unsent'
    expect((await perform('begin')).end).toEqual({
      kind: 'not-run',
      code: 'unreachable',
      reason: 'n1 refused the connection. Nothing was sent.',
    })
    fates('claim', 'unsent')
    expect((await perform('begin')).end).toMatchObject({ kind: 'not-run', code: 'unreachable' })
    expect(node.begun).toEqual([])
  })

  it('is fenced when a newer worker has taken over', async () => {
    await operations.fence('pvfs', 'node1', 4, new AbortController().signal)
    const { end } = await perform('begin')
    expect(end).toMatchObject({ kind: 'not-run', code: 'fenced' })
    expect(end.kind === 'not-run' && end.reason).toContain('Nothing was run')
  })

  it('is given up for good when the node never had it and the order is too old', async () => {
    node.fate = verb => (verb === 'claim' ? lostBefore : 'ok')
    const { end } = await perform('begin', { timeoutMs: 600_000 })
    expect(end).toMatchObject({ kind: 'not-run', code: 'tombstoned' })
    node.fate = () => 'ok'
    expect((await perform('continue')).end).toMatchObject({ kind: 'not-run', code: 'tombstoned' })
    expect(node.begun).toEqual([])
  })

  it('is looked for before it is claimed, when an earlier worker may have sent it', async () => {
    expect((await perform('continue')).end).toMatchObject({ kind: 'done', complete: true })
    expect(node.asked).toEqual(['put', 'attach', 'put', 'claim'])
    expect((await perform('continue')).end).toMatchObject({ kind: 'done', complete: true })
    expect(node.begun).toHaveLength(1)
  })

  it('is not called so by who continues it and cannot reach the node', async () => {
    node.fate = () => 'unsent'
    expect((await perform('continue')).end).toMatchObject({ kind: 'silent' })
  })

  it('is settled as not run, once and for all', async () => {
    expect((await perform('settle')).end).toMatchObject({ kind: 'not-run', code: 'tombstoned' })
    expect((await perform('begin')).end).toMatchObject({ kind: 'not-run', code: 'tombstoned' })
    expect(node.begun).toEqual([])
  })

  it('is settled as what it was, if it had begun after all', async () => {
    await perform('begin')
    expect((await perform('settle')).end).toMatchObject({ kind: 'done', complete: true })
  })
})

describe('a node without room', () => {
  it('runs nothing, and says so, when it could not even write down that it refused', async () => {
    node.isFull = true
    expect((await perform('begin')).end).toMatchObject({ kind: 'not-run', code: 'no-space' })
  })

  it('leaves it open when another claim may still be on its way: that one may find room', async () => {
    node.isFull = true
    fates('claim', { lost: 'delayed', bytes: 0 })
    const { end } = await perform('begin')
    expect(end).toMatchObject({ kind: 'silent' })
    expect(end.kind === 'silent' && end.reason).toContain('its disk may be full')
    node.isFull = false
    for (const late of node.delayed) late()
    expect(node.begun).toHaveLength(1)
  })
})

describe('a change that is to end', () => {
  it('because of its time is ended on the node', async () => {
    node.change = { ...node.change, lastsMs: 1e9 }
    const { end } = await perform('begin', { timeoutMs: 60_000 })
    expect(end).toMatchObject({ kind: 'done', stopped: 'timeout', exitCode: -1, exitSignal: 'SIGTERM', complete: true })
  })

  it('because a person says so is ended on the node', async () => {
    node.change = { ...node.change, lastsMs: 1e9 }
    const stop = new AbortController()
    clock.when(5_000, () => stop.abort())
    expect((await perform('begin', { stop: stop.signal })).end).toMatchObject({ kind: 'done', stopped: 'person' })
  })

  it('and does not is still running', async () => {
    node.change = { ...node.change, lastsMs: 1e9, immortal: true }
    const { end } = await perform('begin', { timeoutMs: 60_000 })
    expect(end).toMatchObject({ kind: 'running', stopped: 'timeout' })
    expect(end.kind === 'running' && end.record).toContain('running as process 812 since')
  })

  it('but whose node does not answer is silent', async () => {
    node.change = { ...node.change, lastsMs: 1e9 }
    fates('stop', ...Array.from({ length: 1000 }, () => lostBefore))
    expect((await perform('begin', { timeoutMs: 60_000 })).end).toMatchObject({ kind: 'silent', stopped: 'timeout' })
  })

  it('before anything was sent is not run', async () => {
    expect((await perform('begin', { stop: AbortSignal.abort() })).end).toMatchObject({
      kind: 'not-run',
      code: 'cancelled',
    })
    expect(node.asked).toEqual([])
  })

  it('while its claim may be on its way never begins afterwards', async () => {
    const stop = new AbortController()
    node.fate = verb => {
      if (verb !== 'claim') return 'ok'
      stop.abort()
      return { lost: 'delayed', bytes: 0 }
    }
    expect((await perform('begin', { stop: stop.signal })).end).toMatchObject({ kind: 'not-run', code: 'cancelled' })
    for (const late of node.delayed) late()
    expect(node.begun).toEqual([])
  })
})

it('a worker that leaves says nothing more, and the next one follows from the beginning', async () => {
  node.change = { ...node.change, lastsMs: 90_000 }
  const detach = new AbortController()
  clock.when(20_000, () => detach.abort())
  expect((await perform('begin', { detach: detach.signal })).end).toEqual({ kind: 'detached' })
  const asked = node.asked.length
  expect(await perform('continue')).toMatchObject({ end: { kind: 'done', complete: true }, stdout: 'moved\n' })
  expect(asked).toBeLessThan(node.asked.length)
  expect(node.begun).toHaveLength(1)
})

it('output that cannot be stored does not end a change, but it is not complete then', async () => {
  const output = (): void => {
    throw new Error('ENOSPC')
  }
  expect((await perform('begin', { output })).end).toMatchObject({ kind: 'done', exitCode: 0, complete: false })
})

describe('whatever the link does', () => {
  const bytes = fc.nat({ max: 400 })
  const fate: fc.Arbitrary<Fate> = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>('ok') },
    fc.constantFrom<Fate>('unsent', 'no-runner'),
    fc.record({ lost: fc.constantFrom('before' as const, 'after' as const, 'delayed' as const), bytes }),
  )
  const change = fc.record({
    stdout: fc.string({ maxLength: 200 }),
    stderr: fc.string({ maxLength: 50 }),
    exitCode: fc.nat({ max: 3 }),
    lastsMs: fc.nat({ max: 40_000 }),
  })
  const ways = fc.record({
    mode: fc.constantFrom<OperationMode>('begin', 'continue', 'settle'),
    patienceMs: fc.constantFrom(0, 1_000, 45_000),
    timeoutMs: fc.constantFrom(0, 5_000, 600_000),
    stopAt: fc.option(fc.nat({ max: 30_000 })),
  })

  type Way = typeof ways extends fc.Arbitrary<infer T> ? T : never

  /** `isSmooth`: nothing goes wrong any more. */
  async function carriedBy(way: Way, isFirst: boolean, isSmooth: boolean): Promise<OperationEnd> {
    const { stopAt, mode, ...more } = way
    const { stdout: wholeOut, stderr: wholeErr } = node.change
    const stop = new AbortController()
    if (stopAt !== null) clock.when(clock.monotonic() + stopAt, () => stop.abort())
    // Only the first worker can know that nobody has sent it before.
    const told = await perform(mode === 'begin' && !isFirst ? 'continue' : mode, { ...more, stop: stop.signal })
    const { end, stdout, stderr } = told
    expect(wholeOut.startsWith(stdout) && wholeErr.startsWith(stderr)).toBe(true)
    if (end.kind !== 'done') return end
    if (isSmooth) expect(end.complete).toBe(true)
    if (end.complete) expect([stdout, stderr]).toEqual([wholeOut, wholeErr])
    return end
  }

  it('a change begins at most once, what is not run never begins, and what is done is complete', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 30 }),
        change,
        fc.array(ways, { minLength: 1, maxLength: 3 }),
        async (list, one, workers) => {
          clock = createFakeClock()
          node = new NodeModel(clock)
          operations = operationsOn(node, clock)
          node.change = one
          node.fate = () => list.shift() ?? 'ok'
          const ends: OperationEnd[] = []
          for (const [i, worker] of workers.entries()) ends.push(await carriedBy(worker, i === 0, list.length === 0))
          for (const late of node.delayed) late()
          expect(node.begun.length).toBeLessThanOrEqual(1)
          if (ends.at(-1)?.kind === 'not-run') expect(node.begun).toEqual([])
          if (ends.some(({ kind }) => kind === 'done')) expect(node.begun).toHaveLength(1)
        },
      ),
      { numRuns: 500 },
    )
  })
})

it('a node is asked for its ledger, fenced, and left a witness', async () => {
  const { signal } = new AbortController()
  await perform('begin')
  expect(await operations.fence('pvfs', 'node1', 9, signal)).toEqual({ ok: true, value: true })
  expect(
    await operations.witness({ cluster: 'pvfs', node: 'node1' }, { run: RUN, number: 7, seq: 4, head: 'abc' }, signal),
  ).toEqual({ ok: true, value: true })
  expect(await operations.ledger('pvfs', 'node1', signal)).toMatchObject({
    ok: true,
    value: {
      epoch: 9,
      operations: [{ operation: `${RUN}-move-node1-1`, state: 'done', exitCode: 0, number: 7 }],
      heads: [{ run: 'r1', seq: 3, head: 'abc' }],
    },
  })
  node.fate = () => 'unsent'
  expect(await operations.ledger('pvfs', 'node1', signal)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('refused the connection'),
  })
  expect(await operations.ledger('nowhere', 'node1', signal)).toMatchObject({ ok: false })
})
