import type { RunEvent } from '../../../../src/runs/events.ts'
import type { Violation } from '../checker.ts'
import type { World } from '../world.ts'
import { goesOnAt, type Journals } from './journals.ts'

type Type = RunEvent['type']

/** People's words, and what Redis's failures add: they may come at any time. */
const ANYTIME: ReadonlySet<Type> = new Set(['stop-requested', 'take-over-asked', 'taken-over', 'restored', 'decided'])
const AT_THE_GATE: ReadonlySet<Type> = new Set([...ANYTIME, 'gate-closed', 'leg-started'])
/** What a run that is over may still tell. */
const BEHIND_THE_END: ReadonlySet<Type> = new Set([
  ...ANYTIME,
  'lease-released',
  'resumed',
  'marked-done',
  'execution-finished',
])

/** Where a run stands, as this table has it. */
interface Place {
  readonly isOver: boolean
  readonly isWaiting: boolean
  readonly isPlanned: boolean
  readonly intended: ReadonlySet<string>
}

/** The moves of a run along its journal: what may follow what, written down a second time. */
export function* moves(_: World, journals: Journals): Iterable<Violation> {
  for (const { number, entries } of journals) {
    const goesOn = goesOnAt(entries)
    let place: Place = { isOver: false, isWaiting: false, isPlanned: false, intended: new Set() }
    for (const { event, seq } of entries) {
      const wrong = wrongAt(place, event, seq)
      if (wrong) yield { rule: 'moves', what: `#${number}.${seq} ${event.type}: ${wrong}` }
      place = moved(place, event, goesOn.has(seq))
    }
  }
}

function wrongAt({ isOver, isWaiting, isPlanned, intended }: Place, event: RunEvent, seq: number): string | undefined {
  const { type } = event
  if ((seq === 1) !== (type === 'requested')) return 'a run begins with its request, and with nothing else'
  if (isOver && !BEHIND_THE_END.has(type)) return 'the run is over'
  if (isWaiting && !AT_THE_GATE.has(type)) return 'its gate is open'
  if (type === 'gate-opened' && !isPlanned) return 'there is no plan'
  const isTwice = type === 'execution-started' && event.bundle !== undefined && intended.has(event.operation)
  return isTwice ? `${event.operation} is intended twice` : undefined
}

function moved(place: Place, event: RunEvent, goesOn: boolean): Place {
  switch (event.type) {
    case 'planned':
      return { ...place, isPlanned: true }
    case 'gate-opened':
      return { ...place, isWaiting: true }
    case 'gate-closed':
      return { ...place, isWaiting: false }
    case 'finished':
    case 'refused':
      return { ...place, isOver: true, isWaiting: false }
    case 'execution-started':
      return { ...place, intended: new Set([...place.intended, event.operation]) }
    default:
      return goesOn ? { ...place, isOver: false } : place
  }
}
