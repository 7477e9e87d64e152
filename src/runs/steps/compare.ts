import { foldNames } from '../../clusters/fold-names.ts'
import type { StepResult } from '../course.ts'
import { lineDiff } from '../line-diff.ts'
import type { Kept } from '../ports.ts'

/** What one host printed. */
export interface Printed {
  readonly host: string
  readonly stdout: string
  /** All of it was kept. */
  readonly isWhole: boolean
  /** Where two hosts print the same masks, the passwords below them may differ. */
  readonly hidden?: Kept['hidden']
}

/** Of a difference, so much stands in the reason; the archive has what every host printed, in full. */
const MOST_LINES = 60
const MOST_CHARACTERS = 4000

/**
 * Whether all hosts printed the same, matches of `ignore` (regular expressions) left out: who differs from whom, and in what. Passwords are
 * compared although they are masked. What cannot be compared as text is `errored`, never alike.
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
  const all = outputs.map(({ stdout, hidden }) => comparable(stdout, patterns, hidden))
  const named = nameHidden(all.flat())
  for (const [index, { host }] of outputs.entries()) {
    const lines = (all[index] ?? []).map(named)
    const key = lines.join('\n')
    const known = groups.get(key)
    if (known) known.hosts.push(host)
    else groups.set(key, { hosts: [host], lines })
  }
  return [...groups.values()].sort((a, b) => b.hosts.length - a.hosts.length)
}

/** A line to be compared, and the fingerprint of what is masked in it. */
interface Line {
  readonly text: string
  readonly hidden: string
}

/** How lines are told apart that differ only below their masks: `passwd="***" (password A)`, and B on the other node. */
function nameHidden(lines: readonly Line[]): (line: Line) => string {
  const hidden = new Map<string, Set<string>>()
  for (const line of lines) hidden.set(line.text, (hidden.get(line.text) ?? new Set()).add(line.hidden))
  return ({ text, hidden: own }) => {
    const all = [...(hidden.get(text) ?? [])]
    return all.length < 2 ? text : `${text} (password ${String.fromCharCode(A + all.indexOf(own))}, not shown)`
  }
}

const A = 'A'.charCodeAt(0)

function comparable(text: string, patterns: readonly RegExp[], hidden: Printed['hidden']): readonly Line[] {
  const lines = text.split('\n')
  const end = lines.pop()
  const all = end === '' ? lines : [...lines, end ?? '', '\\ No newline at end of file']
  return all.flatMap((line, index) => {
    const isTouched = patterns.some(pattern => line.search(pattern) >= 0)
    const left = patterns.reduce((rest, pattern) => rest.replace(pattern, ''), line)
    return isTouched && left.trim() === '' ? [] : [{ text: left, hidden: hidden?.get(index) ?? '' }]
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
