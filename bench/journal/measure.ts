import { openJournal } from '../ha-bot/journal.ts'
import { roundRobin } from '../measure/rounds.ts'
import { summarise } from '../measure/samples.ts'
import { type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { type Appends, entryBody, throughJournal, withXadd } from './appends.ts'

const RUNS = 8
const NAMES = {
  one: 'one run: journal',
  bareOne: 'one stream: bare XADD of as many bytes',
  many: `${RUNS} runs at once: journal`,
  bareMany: `${RUNS} streams at once: bare XADD of as many bytes`,
} as const

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: NAMES.one, against: NAMES.bareOne },
  { name: NAMES.bareOne },
  { name: NAMES.many, against: NAMES.bareMany },
  { name: NAMES.bareMany },
]

/** How long an entry takes where each is on disk before the next thing may happen. */
export async function measureJournal({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const { journal, redis } = await openJournal(folder, lifecycle)
    const [, fsync] = (await redis.config('GET', 'appendfsync')) as string[]
    if (fsync !== 'always') throw new Error(`this Redis has appendfsync ${fsync}, not always`)
    const each = quick ? 10 : 50
    const body = await entryBody(journal)
    const contenders = [
      perAppend(NAMES.one, 1, each, () => throughJournal(journal)),
      perAppend(NAMES.bareOne, 1, each, stream => withXadd(redis, body, stream)),
      perAppend(NAMES.many, RUNS, each, () => throughJournal(journal)),
      perAppend(NAMES.bareMany, RUNS, each, stream => withXadd(redis, body, stream)),
    ]
    const samples = await roundRobin(contenders, { rounds: quick ? 2 : 10, warmUps: 1 }, signal)
    const notes = [...NOTES, `An entry has ${body.length} bytes. ${rates(samples)}.`]
    return { title: 'An entry in the journal', rows: filled(ROWS, samples), notes }
  })
}

/** Several at once, each one append after the other; the time is that of all, divided by the appends of all. */
function perAppend(name: string, atOnce: number, each: number, open: (index: number) => Promise<Appends>) {
  return async () => {
    const runs = await Promise.all(Array.from({ length: atOnce }, (_, index) => open(index)))
    const startedAt = performance.now()
    await Promise.all(runs.map(append => append(each)))
    return { [name]: (performance.now() - startedAt) / (atOnce * each) }
  }
}

function rates(samples: ReadonlyMap<string, readonly number[]>): string {
  const told = [...samples].map(([name, ms]) => `${name} ${(1000 / summarise(ms).median).toFixed(0)} a second`)
  return `By the medians: ${told.join('; ')}`
}

const NOTES = [
  'Time per entry; entries of one run come one after the other, as a worker writes them, each answered before the next. Redis has `appendfsync always`.',
  'An entry of the journal: the time asked of Redis, the chain continued and hashed, one script that compares and sets, and then the copy in the archive, fsynced as well: two fsyncs against the one of XADD.',
]
