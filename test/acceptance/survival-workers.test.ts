import { describe, expect, it } from 'vitest'
import { eventually } from '../support/redis.ts'
import { fastWorld } from '../support/stage.ts'
import {
  begun,
  carrierOf,
  changeOf,
  executions,
  finished,
  hasPrinted,
  onAll,
  outputOf,
  recorded,
  runWhen,
  TEST_MS,
} from './survival-looks.ts'
import type { Part } from './survival-part.ts'
import { linesOf } from './survival-runbooks.ts'
import { survivalStageFor } from './survival-stage.ts'
import { approve, asked, cardWith, repliesWith } from './talking.ts'

const BO = 'U0BO'
/** The lock of a leg; who stood still for longer is no longer the one who carries it. */
const LOCK_MS = 15_000
/** Generous: it is measured and printed, and a slow machine is no defect. */
const TAKEN_OVER_MS = 60_000

describe('a worker that is lost in the middle of a change', () => {
  const stage = survivalStageFor({ world: fastWorld })

  /** Two workers, of which the first to answer carries the leg; nobody else does. */
  async function twoWorkers(): Promise<readonly [Part, Part]> {
    const running = stage().parts.filter(({ kind }) => kind === 'worker')
    await Promise.all(running.map(part => part.close()))
    return await Promise.all([stage().start('worker'), stage().start('worker')])
  }

  it(
    'killed: another one finishes the run, with all of the output, and the change was executed once',
    async () => {
      const workers = await twoWorkers()
      await stage().start('bot')
      const { number, card } = await asked(stage(), '/ha slow killed for 10')
      await approve(stage(), BO, card)
      await hasPrinted(stage(), 'line 3 of killed')
      const victim = await carrierOf(stage(), number, workers)
      await victim.kill()
      const killedAt = Date.now()

      const record = await finished(stage(), number)
      const takenOver = record.entries.find(({ event, at: when }) => event.type === 'leg-started' && when >= killedAt)
      const tookMs = (takenOver?.at ?? Number.POSITIVE_INFINITY) - killedAt
      console.log(`another worker took the run over ${(tookMs / 1000).toFixed(1)} s after the kill`)
      expect(tookMs).toBeLessThan(TAKEN_OVER_MS)
      expect(record.state.finished?.outcome).toBe('succeeded')
      expect(await executions(stage(), 'killed')).toEqual(['killed first', 'killed second'])
      expect(await outputOf(stage(), record, 'first')).toBe(linesOf('killed', 10))
      expect(changeOf(record, 'first')).toMatchObject({ outcome: 'succeeded', exitCode: 0, complete: true })
      const onRecord = (await recorded(stage())).filter(one => one.number === number)
      expect(onRecord.map(({ step, state, known }) => ({ step, state, known }))).toEqual([
        { step: 'first', state: 'done', known: 'journal' },
        { step: 'second', state: 'done', known: 'journal' },
      ])

      const done = await cardWith(stage(), number, 'Slow: done')
      await repliesWith(stage(), done, 'Transcript of')
      const transcript = stage().workspace.control.files().at(-1)?.text ?? ''
      const said = transcript.split('\n').flatMap(line => /line \d+ of killed$/.exec(line)?.[0] ?? [])
      expect(said.join('\n')).toBe(linesOf('killed', 10).trim())
      expect(transcript).toContain('a word beside')
    },
    TEST_MS,
  )

  it(
    'asked to end: it ends in order and soon, the change goes on, and the other one finishes the run',
    async () => {
      const workers = await twoWorkers()
      const number = await begun(stage(), 'slow asked for 8')
      await hasPrinted(stage(), 'line 2 of asked')
      const leaver = await carrierOf(stage(), number, workers)
      const askedAt = performance.now()
      leaver.signal('SIGTERM')
      expect(await leaver.ended).toEqual({ code: 0, signal: null })
      const leftMs = performance.now() - askedAt
      console.log(`the worker ended ${(leftMs / 1000).toFixed(1)} s after SIGTERM`)
      expect(leftMs).toBeLessThan(15_000)
      expect(leaver.log).toContain('a change under way goes on on its node')

      const record = await finished(stage(), number)
      expect(record.state.finished?.outcome).toBe('succeeded')
      expect(await executions(stage(), 'asked')).toEqual(['asked first', 'asked second'])
      expect(await outputOf(stage(), record, 'first')).toBe(linesOf('asked', 8))
    },
    TEST_MS,
  )

  it(
    'frozen, one after the other, and thawed when it is over for them: nothing is done twice, and neither says another word',
    async () => {
      const workers = await twoWorkers()
      await onAll(stage(), 'touch "$HOME/slowly"')
      const number = await begun(stage(), 'slow frozen for 6')
      await hasPrinted(stage(), 'line 2 of frozen')
      const first = await carrierOf(stage(), number, workers)
      const second = workers[0] === first ? workers[1] : workers[0]
      first.signal('SIGSTOP')
      await hasPrinted(stage(), 'second 2 of frozen')
      // The second one is frozen as well, in the middle of the next change, and the first one may go on with what it knew.
      second.signal('SIGSTOP')
      await eventually(() => (isLockOver(second) ? true : undefined), LOCK_MS * 4)
      first.signal('SIGCONT')
      const record = await finished(stage(), number)
      second.signal('SIGCONT')
      expect(record.state.finished?.outcome).toBe('succeeded')
      expect(first.isAuthor(record.entries.at(-1)?.by ?? '')).toBe(true)

      // Each of them alone is fit for the next run; by then what it had left to say would have been said.
      await first.close()
      const next = await begun(stage(), 'slow thawed for 1')
      const after = await finished(stage(), next)
      expect(after.state.finished?.outcome).toBe('succeeded')
      expect(after.entries.some(({ by }) => second.isAuthor(by))).toBe(true)
      const again = await runWhen(stage(), number, () => true, 'it is there')
      expect(again.entries).toEqual(record.entries)
      expect(await executions(stage(), 'frozen')).toEqual(['frozen first', 'frozen second'])
      expect(await outputOf(stage(), record, 'first')).toBe(linesOf('frozen', 6))
    },
    TEST_MS,
  )

  const frozenSince = new Map<Part, number>()
  function isLockOver(part: Part): boolean {
    const since = frozenSince.get(part) ?? performance.now()
    frozenSince.set(part, since)
    return performance.now() - since > LOCK_MS * 1.5
  }
})
