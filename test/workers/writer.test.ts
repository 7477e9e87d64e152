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
  const writer = new Writer(journal, await loaded(), 'worker', by => stops.push(by))
  return { journal, run, writer, others, stops, loaded }
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

  test('leaves at once when no change is under way', async () => {
    const { writer, journal, run } = await underWay()
    const length = journal.types(run).length
    let left = 0
    writer.leave(() => left++)
    expect(left).toBe(1)
    expect(await writer.write([intention])).toBe(false)
    expect(journal.types(run)).toHaveLength(length)
  })

  test('leaves only once the result of a change under way is journalled', async () => {
    const { writer, journal, run } = await underWay()
    await writer.write([intention])
    let left = 0
    writer.leave(() => left++)
    expect(left).toBe(0)
    expect(await writer.write([result])).toBe(false)
    expect(left).toBe(1)
    expect(journal.types(run).at(-1)).toBe('execution-finished')
  })

  test('does not leave between an intention that is being written and its result', async () => {
    const { writer, journal } = await underWay()
    let left = 0
    journal.beforeAppend = () => {
      journal.beforeAppend = undefined
      writer.leave(() => left++)
    }
    expect(await writer.write([intention])).toBe(true)
    expect(left).toBe(0)
    await writer.write([result])
    expect(left).toBe(1)
  })
})
