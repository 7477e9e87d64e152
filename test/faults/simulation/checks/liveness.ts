import type { Violation } from '../checker.ts'
import type { World } from '../world.ts'
import { goesOnAt, type Journals, type RunJournal } from './journals.ts'

/** I11: a minute after everything is well again, every run has ended or waits for a person, and no cluster is held for nothing. */
export function* livenessOf({ redis, toldToAdmin }: World, journals: Journals): Iterable<Violation> {
  for (const journal of journals) {
    if (toldToAdmin.has(journal.run)) continue
    const how = standing(journal, redis.time())
    if (how !== undefined) yield { rule: 'I11', what: `#${journal.number} ${how}` }
  }
}

export function liveness(world: World, journals: Journals): readonly Violation[] {
  return [...livenessOf(world, journals)]
}

/** Undefined when it is well. */
function standing(journal: RunJournal, now: number): string | undefined {
  const { entries, inRedis } = journal
  const last = entries.findLastIndex(({ event }) => event.type === 'finished' || event.type === 'refused')
  const goesOn = goesOnAt(entries)
  const again = entries.findLastIndex(({ seq }) => goesOn.has(seq))
  const end = entries[last]?.event
  if (end && last > again) return heldForNothing(journal, end.type === 'finished' ? end.outcome : 'refused')
  if (inRedis.length < entries.length)
    return `is not over, and Redis has ${inRedis.length} of its ${entries.length} entries`
  const gate = entries.findLastIndex(({ event }) => event.type === 'gate-opened')
  const closed = entries.findLastIndex(({ event }) => event.type === 'gate-closed' || event.type === 'drifted')
  const opened = entries[gate]?.event
  if (opened?.type === 'gate-opened' && gate > closed)
    return now < opened.expiresAt + 10_000 ? undefined : 'waits at a gate whose time is over'
  const restored = entries.findLastIndex(({ event }) => event.type === 'restored')
  if (restored > again && restored > closed) return undefined
  return `neither ended nor asks anybody; its last entry is ${entries.at(-1)?.event.type} of ${Math.round((now - (entries.at(-1)?.at ?? 0)) / 1000)} s ago`
}

function heldForNothing({ entries }: RunJournal, outcome: string): string | undefined {
  if (outcome === 'unknown') return undefined
  const taken = entries.findLastIndex(({ event }) => event.type === 'lease-taken')
  const given = entries.findLastIndex(({ event }) => event.type === 'lease-released' || event.type === 'taken-over')
  return taken > given ? `is over (${outcome}) and still holds its cluster` : undefined
}
