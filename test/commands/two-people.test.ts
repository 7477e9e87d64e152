import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Directory } from '../../src/policy/people.ts'
import { good } from '../../src/problem.ts'
import { isTakeOverWanted } from '../../src/runs/take-over.ts'
import { createAuthenticity } from '../../src/workers/authenticity.ts'
import { attest, directory, policy, speaker } from '../support/bench-parts.ts'
import { type ChangeRisk, lost, type UnknownDesk, unknownDesk, unknownRun } from '../support/unknown-run.ts'

const PEOPLE = ['ana', 'bo', 'cy', 'dee', ''] as const

type Act =
  | {
      readonly kind: 'resume' | 'mark-done' | 'take-over' | 'stop'
      readonly by: string
      readonly via: 'words' | 'click'
    }
  | { readonly kind: 'both'; readonly verb: 'mark-done' | 'take-over'; readonly by: readonly [string, string] }
  | { readonly kind: 'leaves'; readonly by: string }
  | { readonly kind: 'lost' }
  | { readonly kind: 'time'; readonly ms: number }

const person = fc.constantFrom(...PEOPLE)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('resume' as const, 'mark-done' as const, 'take-over' as const, 'stop' as const),
      by: person,
      via: fc.constantFrom('words' as const, 'click' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('both' as const),
      verb: fc.constantFrom('mark-done' as const, 'take-over' as const),
      by: fc.tuple(person, person),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leaves' as const), by: person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lost' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 300_000 }) }) },
)

async function say(
  desk: UnknownDesk,
  run: string,
  verb: Exclude<Act['kind'], 'both' | 'leaves' | 'lost' | 'time'>,
  by: string,
) {
  const order = { run, reason: 'seen', speaker: speaker(by), attest }
  if (verb === 'resume') return await desk.desk.resume(order)
  if (verb === 'mark-done') return await desk.desk.markDone(order)
  return verb === 'stop' ? await desk.desk.stop(order) : await desk.desk.takeOver(order)
}

/** A worker follows a resumed run, and the connection is lost once more. */
async function lostAgain(desk: UnknownDesk, run: string): Promise<void> {
  const state = await desk.state(run)
  if (state.phase !== 'runnable' || state.steps['move']?.outcome) return
  await desk.append(run, { type: 'leg-started', leg: 3, worker: 'worker@test:2' }, ...lost())
}

async function play(desk: UnknownDesk, run: string, one: Act): Promise<void> {
  if (one.kind === 'time') desk.now += one.ms
  else if (one.kind === 'lost') await lostAgain(desk, run)
  else if (one.kind === 'leaves') Object.assign(desk.parts, { directory: without(desk.parts.directory, one.by) })
  else if (one.kind === 'both') await Promise.all(one.by.map(by => say(desk, run, one.verb, by)))
  else if (one.via === 'click') await say(desk, run, one.kind, one.by)
  else await desk.say(`${one.kind} 42 "seen"`, one.by)
}

function without(all: Directory, name: string): Directory {
  const members = all.teams['oncall']?.members.filter(one => one !== name) ?? []
  return { ...all, teams: { oncall: { name: 'oncall', members } } }
}

/** People who may run changes on pvfs as the configuration is now. */
function permitted(desk: UnknownDesk, names: readonly string[]): string[] {
  return [...new Set(names)].filter(name => desk.parts.directory.teams['oncall']?.members.includes(name))
}

async function holds(desk: UnknownDesk, run: string, risk: ChangeRisk, before: { done: boolean; taken: boolean }) {
  const state = await desk.state(run)
  const done = state.steps['move']?.outcome === 'succeeded'
  const taken = isTakeOverWanted(state)
  const marked = permitted(
    desk,
    state.marks.map(mark => mark.speaker.person),
  )
  const voices = permitted(
    desk,
    state.takeOver.map(said => said.speaker.person),
  )
  if (done && !before.done) expect(marked.length).toBeGreaterThanOrEqual(risk === 'destructive' ? 2 : 1)
  if (taken && !before.taken) expect(voices.length).toBeGreaterThanOrEqual(2)
  return { done, taken }
}

test('whatever people say, in whatever order: no destructive step is done by the word of fewer than two who may say it, and no cluster is taken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<ChangeRisk>('destructive', 'disruptive'),
      fc.array(act, { minLength: 1, maxLength: 14 }),
      async (risk, acts) => {
        const desk = await unknownDesk()
        const run = await unknownRun(desk, risk)
        let seen = { done: false, taken: false }
        for (const one of acts) {
          await play(desk, run, one)
          seen = await holds(desk, run, risk, seen)
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('the worker counts what is in the journal by itself: fewer than two who may say it are a doubt', async () => {
  const names = fc.array(fc.constantFrom('ana', 'bo', 'cy', 'dee'), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      names,
      fc.constantFrom('marked-done' as const, 'take-over-asked' as const),
      async (people, type) => {
        const desk = await unknownDesk()
        const run = await unknownRun(desk, 'destructive')
        for (const by of people) {
          const said = { speaker: speaker(by), reason: 'seen', attestation: await attest('', desk.now) }
          await desk.append(run, type === 'marked-done' ? { type, step: 'move', ...said } : { type, ...said })
        }
        const state = await desk.state(run)
        const authenticity = createAuthenticity(async () => good(true), directory, { pvfs: policy })
        const doubts = (await authenticity.doubts({ ...state, gates: [] })).map(problem => problem.code)
        const enough = new Set(people).size >= 2
        const counted = new Set(people.filter(name => name !== 'dee')).size >= 2
        const code = type === 'marked-done' ? 'not-marked' : 'not-agreed'
        expect(doubts).toEqual(enough && !counted ? [code] : [])
      },
    ),
    { numRuns: 60 },
  )
})
