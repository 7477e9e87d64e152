import { randomUUID } from 'node:crypto'
import { continueChain } from '../../src/runs/chain.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Journal } from '../../src/runs/journal.ts'
import { appended, beginRun, type OpenJournal } from '../ha-bot/journal.ts'

/** Appends so often, each after the one before was answered. */
export type Appends = (times: number) => Promise<void>

const PROGRESS: RunEvent = { type: 'step-progress', step: 'move', host: 'node1', text: 'server2 is stopping on node3' }

/** Entries of a run of its own. */
export async function throughJournal(journal: Journal): Promise<Appends> {
  let record = await beginRun(journal)
  return async times => {
    for (let i = 0; i < times; i++) record = await appended(journal, record, [PROGRESS])
  }
}

/** As many bytes, and nothing around them. */
export async function withXadd(redis: OpenJournal['redis'], body: string, index: number): Promise<Appends> {
  const key = `bench:${index}:${randomUUID()}`
  return async times => {
    for (let i = 0; i < times; i++) await redis.xadd(key, '*', 'e', body)
  }
}

/** Such an entry as it stands in Redis. */
export async function entryBody(journal: Journal): Promise<string> {
  const { state } = await beginRun(journal)
  const head = { run: state.run, number: state.number, seq: state.seq, hash: state.head, at: state.updatedAt }
  return continueChain(head, [PROGRESS], await journal.time(), 'worker@bench')
    .map(each => JSON.stringify(each))
    .join('')
}
