import type { RunEvent } from '../../../../src/runs/events.ts'
import type { Violation } from '../checker.ts'
import type { World } from '../world.ts'
import { goesOnAt, type Journals } from './journals.ts'

type Type = RunEvent['type']

/** People's words, and what Redis's failures add: they may come at any time. */
const ANYTIME: ReadonlySet<Type> = new Set(['stop-requested', 'take-over-asked', 'taken-over', 'restored', 'decided'])
/** What a run that is over may still tell. */
const BEHIND_THE_END: ReadonlySet<Type> = new Set([
  ...ANYTIME,
  'lease-released',
  'resumed',
  'marked-done',
  'execution-finished',
])

/** The moves of a run along its journal: what may follow what, written down a second time. */
export function* moves(_: World, journals: Journals): Iterable<Violation> {
  for (const { number, entries } of journals) {
    let isOver = false
    let isWaiting = false
    let isPlanned = false
    const intended = new Set<string>()
    const goesOn = goesOnAt(entries)
    for (const { event, seq } of entries) {
      const wrong = (what: string): Violation => ({ rule: 'moves', what: `#${number}.${seq} ${event.type}: ${what}` })
      const { type } = event
      if ((seq === 1) !== (type === 'requested')) yield wrong('a run begins with its request, and with nothing else')
      if (isOver && !BEHIND_THE_END.has(type)) yield wrong('the run is over')
      if (isWaiting && !ANYTIME.has(type) && type !== 'gate-closed' && type !== 'leg-started') yield wrong('its gate is open')
      if (type === 'gate-opened' && !isPlanned) yield wrong('there is no plan')
      if (type === 'execution-started' && event.bundle !== undefined) {
        if (intended.has(event.operation)) yield wrong(`${event.operation} is intended twice`)
        intended.add(event.operation)
      }
      if (type === 'planned') isPlanned = true
      if (type === 'gate-opened') isWaiting = true
      if (type === 'gate-closed') isWaiting = false
      if (type === 'finished' || type === 'refused') isOver = true
      if (type === 'finished') isWaiting = false
      if (goesOn.has(seq)) isOver = false
    }
  }
}
