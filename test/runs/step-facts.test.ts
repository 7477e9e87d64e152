import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Recorded } from '../../src/runs/output.ts'
import type { ExecutionState, StepState } from '../../src/runs/state.ts'
import { factsOf } from '../../src/runs/step-facts.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { type Bench, createBench } from '../support/run-bench.ts'
import { exited } from '../support/scripted-shell.ts'

const LOST = 'only 4 of 9 bytes of stdout are stored: no space left on device'

function step(...executions: readonly Partial<ExecutionState>[]): StepState {
  const full = executions.map((one, i) => ({
    ...{ host: `node${i + 1}`, attempt: 1, operation: `op${i}`, startedAt: 0, exitCode: 0 },
    ...one,
  }))
  return { id: 'ask', outcome: 'succeeded', reason: '', startedAt: 0, durationMs: 1, progress: {}, executions: full }
}

/** What is stored of an output, and how long it is. */
const stored = (tail: string, bytes = Buffer.byteLength(tail)) => ({
  file: 'output/ask.node1.out',
  bytes,
  sha256: '0'.repeat(64),
  tail,
})

describe('what a step of an earlier leg printed', () => {
  test('is known where all of it is stored, an empty one as well', () => {
    expect(factsOf(step({ stdout: stored('node5\n') }))).toEqual([
      ['ask', { outcome: 'succeeded', exitCode: 0, stdout: 'node5\n' }],
    ])
    expect(factsOf(step({}))).toEqual([['ask', { outcome: 'succeeded', exitCode: 0, stdout: '' }]])
  })

  test.each<[string, Partial<ExecutionState>]>([
    ['that was not all stored', { stdout: stored('node'), lost: LOST }],
    ['of which nothing was stored', { lost: LOST }],
    ['of which the journal has the end only', { stdout: stored('node5\n', 9000) }],
  ])('is not known of an output %s: nothing is judged by a part', (_, execution) => {
    const [[, facts] = []] = factsOf(step(execution))
    expect(facts).toEqual({ outcome: 'succeeded', exitCode: 0 })
    expect(facts).not.toHaveProperty('stdout')
  })

  test('is not known as soon as one of its hosts lost some', () => {
    const [[, facts] = []] = factsOf(step({ stdout: stored('same') }, { stdout: stored('same'), lost: LOST }))
    expect(facts).not.toHaveProperty('stdout')
  })

  test('is nothing where hosts said different things', () => {
    const [[, facts] = []] = factsOf(step({ stdout: stored('one') }, { stdout: stored('other') }))
    expect(facts).toMatchObject({ stdout: '' })
  })
})

const RUNBOOK = `apiVersion: ha/v1
name: trial
version: 1.0.0
stack: pacemaker
summary: A trial
command: trial
risk: disruptive
timeout: 10m
steps:
  - { id: agree, approve: Do it }
  - { id: first, name: The change, hosts: any, change: disruptive, run: first }
  - { id: seen, check: steps.first.stdout == "it is done" }
`

/** The disk of the archive is full: of each output only a part is stored. */
function fullArchive({ outputs }: Bench): void {
  const { record } = outputs
  const loses = async (finish: () => Promise<Recorded>) => ({ ...(await finish()), lost: LOST })
  Object.assign(outputs, {
    record: async (of: Parameters<typeof record>[0]) => {
      const { sink, finish } = await record(of)
      return { sink, finish: () => loses(finish) }
    },
  })
}

async function changedWith(prepare: (bench: Bench) => void) {
  const bench = await createBench({ library: await libraryWith(RUNBOOK) })
  const run = await bench.approved('trial')
  prepare(bench)
  bench.shell.expect({ node: 'node1', script: 'first', result: exited(0, 'it is done') })
  bench.journal.beforeAppend = (event: RunEvent) => {
    if (event.type === 'step-started' && event.step === 'seen') throw new Error('killed')
  }
  await expect(bench.leg(run, 2)).rejects.toThrow('killed')
  bench.journal.beforeAppend = undefined
  return { bench, run }
}

describe('a change whose output could not be stored in full', () => {
  test('is not complete, says what is missing, and was sent once all the same', async () => {
    const { bench, run } = await changedWith(fullArchive)
    const { steps } = await bench.state(run)
    expect(steps['first']).toMatchObject({
      outcome: 'succeeded',
      executions: [{ outcome: 'succeeded', exitCode: 0, complete: false, lost: LOST }],
    })
    expect(bench.operations.asked).toEqual(['begin node1', 'settle node1', 'settle node1'])
    expect(bench.shell.sent.filter(sent => sent.includes('first'))).toHaveLength(1)
  })

  test('has no output for the worker that comes after: what rests on it cannot be judged', async () => {
    const { bench, run } = await changedWith(fullArchive)
    const state = await bench.leg(run, 2, 2)
    expect(state.steps['seen']?.outcome).toBe('errored')
    expect(state.steps['seen']?.reason).toContain('stdout')
    expect(state.finished?.outcome).toBe('unknown')
  })

  test('unlike one that was: the worker that comes after judges by it', async () => {
    const { bench, run } = await changedWith(() => undefined)
    expect((await bench.state(run)).steps['first']?.executions).toMatchObject([{ complete: true }])
    expect((await bench.leg(run, 2, 2)).finished?.outcome).toBe('succeeded')
  })
})
