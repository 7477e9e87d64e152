import { type Finding, ok } from './finding.ts'

/** What was found beside the settings of Redis: whether it has what the archive has, and who writes to its queue. */
export interface MemoryFacts {
  /** Numbers of runs that are not over, of which Redis has less than the archive. */
  readonly lacking: readonly number[]
  /** Of those: numbers of runs whose archive is broken, or tells another story than Redis. */
  readonly differing: readonly number[]
  /** Jobs without a signature that is trusted here. */
  readonly untrusted: number
  /** Signed jobs that were older than a day when a worker came to them. */
  readonly expired: number
}

/** Whether Redis remembers what it must, and is written to by nobody else. */
export function memoryFindings({ lacking, differing, untrusted, expired }: MemoryFacts): readonly Finding[] {
  const behind = lacking.filter(number => !differing.includes(number))
  return [
    ...differing.map(differs),
    ...forgotten(behind),
    ...strangers(untrusted),
    ...old(expired),
    ...fine(lacking, differing),
  ]
}

function fine(lacking: readonly number[], differing: readonly number[]): Finding[] {
  return lacking.length + differing.length === 0
    ? [ok('It has every run that the archive has and that is not over.')]
    : []
}

function differs(number: number): Finding {
  return {
    level: 'broken',
    what: `#${number} stands otherwise in the archive than in Redis, or its archive was changed: it goes no further.`,
    next: `Compare its events.ndjson in the archive with \`ha transcript ${number} --format json\`; somebody may have changed one of them.`,
  }
}

function forgotten(numbers: readonly number[]): Finding[] {
  if (numbers.length === 0) return []
  const runs = numbers.map(number => `#${number}`).join(', ')
  return [
    {
      level: 'broken',
      what: `Redis has forgotten ${runs}, or the latest of it; the archive has it.`,
      next: 'A running worker puts it back within seconds. Is one running? Its log says what keeps it from that.',
    },
  ]
}

function strangers(count: number): Finding[] {
  if (count === 0) return []
  return [
    {
      level: 'weak',
      what: `${jobs(count)} without a signature that is trusted here ${were(count)} set aside.`,
      next: 'Somebody else writes to this Redis, or a key is missing in signing.trusted. The log of the worker names them.',
    },
  ]
}

function old(count: number): Finding[] {
  if (count === 0) return []
  return [
    {
      level: 'weak',
      what: `${jobs(count)} that had waited for more than a day ${were(count)} set aside; what is still wanted was asked for anew.`,
      next: 'Was no worker running? If none was away for so long, compare its clock with that of Redis.',
    },
  ]
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were'
}
