import { foldNames } from '../../clusters/fold-names.ts'
import type { StepResult } from '../course.ts'
import { lineDiff } from '../line-diff.ts'

/** What one host printed. */
export interface Printed {
  readonly host: string
  readonly stdout: string
  /** All of it was kept. */
  readonly isWhole: boolean
}

/** Of a difference, so much stands in the reason; the archive has what every host printed, in full. */
const MOST_LINES = 60
const MOST_CHARACTERS = 4000

/**
 * Whether all hosts printed the same, matches of `ignore` (regular expressions) left out: who differs from whom, and in what. What cannot
 * be compared as text is `errored`, never alike.
 */
export function compareOutputs(outputs: readonly Printed[], ignore: readonly string[]): StepResult {
  const incomparable = outputs.length < 2 ? onlyOne(outputs) : unfit(outputs)
  if (incomparable !== undefined) return { outcome: 'errored', reason: incomparable }
  const [most, ...others] = alike(outputs, ignore)
  if (!most || others.length === 0) return { outcome: 'succeeded', reason: '' }
  const names = others.map(one => foldNames(one.hosts)).join(' and ')
  const verb = others.flatMap(one => one.hosts).length > 1 ? 'differ' : 'differs'
  const diffs = others.flatMap(one => [
    `--- ${foldNames(most.hosts)}`,
    `+++ ${foldNames(one.hosts)}`,
    ...lineDiff(most.lines, one.lines),
  ])
  return {
    outcome: 'failed',
    reason: [`${names} ${verb} from ${foldNames(most.hosts)}`, ...shortened(diffs)].join('\n'),
  }
}

function onlyOne([one]: readonly Printed[]): string {
  return `only ${one?.host ?? 'no node'} was asked: there is nothing to compare it with`
}

function unfit(outputs: readonly Printed[]): string | undefined {
  const long = outputs.filter(one => !one.isWhole)
  if (long.length > 0) return `${foldNames(long.map(one => one.host))}: too long to be compared line by line`
  const odd = outputs.filter(one => one.stdout.includes('\uFFFD'))
  if (odd.length > 0) return `${foldNames(odd.map(one => one.host))}: this is no text; compare a checksum instead`
  return undefined
}

interface Alike {
  readonly hosts: string[]
  readonly lines: readonly string[]
}

/** Hosts that printed the same, the most first; of two alike in number the one that comes first in the plan. */
function alike(outputs: readonly Printed[], ignore: readonly string[]): Alike[] {
  const patterns = ignore.map(one => new RegExp(one, 'gu'))
  const groups = new Map<string, Alike>()
  for (const { host, stdout } of outputs) {
    const lines = comparable(stdout, patterns)
    const key = lines.join('\n')
    const known = groups.get(key)
    if (known) known.hosts.push(host)
    else groups.set(key, { hosts: [host], lines })
  }
  return [...groups.values()].sort((a, b) => b.hosts.length - a.hosts.length)
}

function comparable(text: string, patterns: readonly RegExp[]): readonly string[] {
  const lines = text.split('\n')
  const end = lines.pop()
  const all = end === '' ? lines : [...lines, end ?? '', '\\ No newline at end of file']
  return all.flatMap(line => {
    const isTouched = patterns.some(pattern => line.search(pattern) >= 0)
    const left = patterns.reduce((rest, pattern) => rest.replace(pattern, ''), line)
    return isTouched && left.trim() === '' ? [] : [left]
  })
}

function shortened(lines: readonly string[]): readonly string[] {
  let characters = 0
  const kept = lines.slice(0, MOST_LINES).filter(line => {
    characters += line.length + 1
    return characters <= MOST_CHARACTERS
  })
  const more = lines.length - kept.length
  return more > 0 ? [...kept, `… ${more} more lines; the transcript has all that was printed`] : kept
}
