import { createHash } from 'node:crypto'
import type { Entry, RunEvent } from '../../../../src/runs/events.ts'
import type { World } from '../world.ts'

export interface RunJournal {
  readonly run: string
  readonly number: number
  /** The archive's copy, by its places: whatever Redis has forgotten. */
  readonly entries: readonly Entry[]
  /** What Redis has of it. */
  readonly inRedis: readonly Entry[]
}
export type Journals = readonly RunJournal[]

/** Every run there ever was, by the copy that outlasts Redis and by Redis. */
export function journalsOf({ archive, redis }: World): Journals {
  const inRedis = new Map<string, readonly Entry[]>()
  for (const bodies of redis.data.streams.values()) {
    const entries = bodies.map(body => JSON.parse(body) as Entry)
    if (entries[0]) inRedis.set(entries[0].run, entries)
  }
  const runs = new Set([...archive.lines.keys(), ...inRedis.keys()])
  return [...runs].map(run => {
    const archived = archive.entries(run)
    const live = inRedis.get(run) ?? []
    const entries = live.length > archived.length ? live : archived
    return { run, number: entries[0]?.number ?? 0, entries, inRedis: live }
  })
}

export function eventsOf<T extends RunEvent['type']>(
  { entries }: RunJournal,
  type: T,
): Extract<RunEvent, { type: T }>[] {
  return entries.flatMap(({ event }) => (event.type === type ? [event as Extract<RunEvent, { type: T }>] : []))
}

/** Written again here, so that a mistake in the product's own is found. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const record = value as Readonly<Record<string, unknown>>
  const names = Object.keys(record)
    .filter(name => record[name] !== undefined)
    .sort()
  return `{${names.map(name => `${JSON.stringify(name)}:${canonical(record[name])}`).join(',')}}`
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Places of the entries by which a run of unknown outcome goes on: a resume, or the last mark that was needed. */
export function goesOnAt(entries: readonly Entry[]): ReadonlySet<number> {
  const marks = new Map<string, Set<string>>()
  const destructive = destructiveSteps(entries)
  const isEnough = ({ step, speaker }: Extract<RunEvent, { type: 'marked-done' }>): boolean => {
    const people = (marks.get(step) ?? new Set()).add(speaker.person)
    marks.set(step, people)
    return people.size >= (destructive.has(step) ? 2 : 1)
  }
  const those = entries.filter(
    ({ event }) => event.type === 'resumed' || (event.type === 'marked-done' && isEnough(event)),
  )
  return new Set(those.map(({ seq }) => seq))
}

function destructiveSteps(entries: readonly Entry[]): ReadonlySet<string> {
  const steps = entries.flatMap(({ event }) => (event.type === 'planned' ? event.plan.steps : []))
  return new Set(steps.filter(step => step.kind === 'run' && step.change === 'destructive').map(({ id }) => id))
}
