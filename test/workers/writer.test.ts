import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/runs/events.ts'
import { Writer } from '../../src/workers/writer.ts'
import { createMemoryJournal } from '../support/memory-journal.ts'
import {
  ASKED_AT,
  decided,
  gateOpened,
  legStarted,
  planned,
  requested,
  stopRequested,
} from '../support/run-fixtures.ts'

const intention: RunEvent = { type: 'execution-started', step: 'move', host: 'node1', attempt: 1, operation: 'op' }
const result: RunEvent = {
  type: 'execution-finished',
  step: 'move',
  host: 'node1',
  attempt: 1,
  outcome: 'succeeded',
  exitCode: 0,
  reason: '',
  durationMs: 1,
}

async function underWay() {
  const journal = createMemoryJournal(() => ASKED_AT)
  const opened = await journal.open('one')
  if (!opened.ok) throw new Error('not opened')
  const { run } = opened.value
  await journal.append(opened.value, [await requested(), legStarted(), planned(), gateOpened()], 'bot')
  const stops: string[] = []
  const loaded = async () => {
    const record = await journal.load(run)
    if (!record) throw new Error('gone')
    return record
  }
  const others = async (...events: RunEvent[]) => await journal.append(await loaded(), events, 'other')
  const standing = { isFresh: true }
  const onStop = (by: string) => void stops.push(by)
  const writer = new Writer(journal, await loaded(), { by: 'worker', onStop, mayAct: () => standing.isFresh })
  return { journal, run, writer, others, stops, loaded, standing }
}

describe('the writer of a leg', () => {
  test('lets pass what people say meanwhile, and hears of a stop by it, once', async () => {
    const { writer, others, stops, journal, run } = await underWay()
    await others(await decided('bo', 'approve'))
    await others(await stopRequested('cy'))
    expect(await writer.write([intention])).toBe(true)
    expect(await writer.write([result])).toBe(true)
    expect(stops).toEqual(['Cy'])
    expect(journal.types(run).slice(-4)).toEqual([
      'decided',
      'stop-requested',
      'execution-started',
      'execution-finished',
    ])
  })

  test('stops for good when another worker has begun a leg', async () => {
    const { writer, others, journal, run } = await underWay()
    await others(legStarted(1, 'another'))
    expect(await writer.write([intention])).toBe(false)
    expect(await writer.write([result])).toBe(false)
    expect(journal.types(run).at(-1)).toBe('leg-started')
  })

  test('stops when the journal cannot be written', async () => {
    const { writer, journal } = await underWay()
    journal.away = true
    expect(await writer.write([intention])).toBe(false)
    journal.away = false
    expect(await writer.write([intention])).toBe(false)
  })

  test('asks for no further event once one could not be written', async () => {
    const { writer, others } = await underWay()
    const asked: string[] = []
    async function* events(): AsyncGenerator<RunEvent> {
      asked.push('first')
      yield intention
      await others(legStarted(1, 'another'))
      asked.push('second')
      yield result
      asked.push('third')
      yield result
    }
    await writer.writeAll(events())
    expect(asked).toEqual(['first', 'second'])
  })

  test('writes nothing more once it has left, not even the result of a change: the next worker asks the node for it', async () => {
    const { writer, journal, run } = await underWay()
    await writer.write([intention])
    writer.leave()
    expect(await writer.write([result])).toBe(false)
    expect(journal.types(run).at(-1)).toBe('execution-started')
  })

  test('that leaves while an intention is being written does not have it carried out', async () => {
    const { writer, journal, run } = await underWay()
    journal.beforeAppend = () => writer.leave()
    expect(await writer.write([intention])).toBe(false)
    expect(journal.types(run).at(-1)).toBe('execution-started')
  })

  test('of a worker that stood still too long writes nothing, and lets nothing be done that was just written', async () => {
    const { writer, journal, run, standing } = await underWay()
    journal.beforeAppend = () => {
      standing.isFresh = false
    }
    expect(await writer.write([intention])).toBe(false)
    expect(journal.types(run).at(-1)).toBe('execution-started')
    const length = journal.types(run).length
    expect(await writer.write([result])).toBe(false)
    expect(journal.types(run)).toHaveLength(length)
  })
})
