import { systemClock } from '../adapters/clock.ts'
import type { Journal } from '../runs/journal.ts'
import type { RunRecord } from '../runs/state.ts'

/** News can be lost with a connection; a look this often makes up for it. */
const LOOK_AGAIN_MS = 1000

/** A run each time it has changed, until it is finished or `signal` fires. */
export async function* watchRun(journal: Journal, run: string, signal: AbortSignal): AsyncGenerator<RunRecord> {
  const over = new AbortController()
  const stop = AbortSignal.any([signal, over.signal])
  const news = journal.follow(stop)[Symbol.asyncIterator]()
  let next = news.next()
  try {
    for (let seq = 0; !signal.aborted; ) {
      const record = await journal.load(run)
      if (record && record.state.seq > seq) {
        seq = record.state.seq
        yield record
        if (record.state.phase === 'finished') return
      }
      if (await heard(next, stop)) next = news.next()
    }
  } finally {
    over.abort()
    await next.catch(() => undefined)
  }
}

/** Whether there were news before it was time to look anyway. */
async function heard(next: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const enough = new AbortController()
  const time = systemClock.sleep(LOOK_AGAIN_MS, AbortSignal.any([signal, enough.signal])).then(() => false)
  try {
    return await Promise.race([next.then(() => true), time])
  } finally {
    enough.abort()
  }
}
