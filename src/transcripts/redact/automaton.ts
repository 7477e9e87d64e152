import { SUSPECTS } from './controls.ts'
import type { Pattern } from './pattern.ts'

/**
 * Aho-Corasick over bytes: every pattern is found in one pass, wherever the input was cut. A state stands for the longest
 * ending of what was read that begins a pattern. States are row offsets into `next`, so that a step is one addition and one
 * look-up; a target where a pattern ends, or by a byte that may begin a control, is stored as its complement (negative), so that the
 * common step tests one sign.
 */
export interface Automaton {
  /** Number of byte classes: bytes that occur in no pattern share class 0, those of them that may begin a control class 1. */
  readonly width: number
  readonly classOf: Uint16Array
  readonly next: Int32Array
  /** By row: how many of the last bytes may be the beginning of a match still to come, and must be held back. 0 goes on like the root. */
  readonly hold: Int32Array
  /** By row: 1 + index of the longest pattern that ends here, 0 for none. */
  readonly found: Int32Array
  readonly patterns: readonly Pattern[]
}

export function buildAutomaton(patterns: readonly Pattern[]): Automaton {
  const { classOf, width } = classesOf(patterns)
  const rows = 1 + patterns.reduce((sum, pattern) => sum + pattern.bytes.length, 0)
  const next = new Int32Array(rows * width)
  const automaton = { width, classOf, next, hold: new Int32Array(rows), found: new Int32Array(rows), patterns }
  growTrie(automaton)
  linkFailures(automaton)
  markStops(automaton)
  return automaton
}

function classesOf(patterns: readonly Pattern[]): { classOf: Uint16Array; width: number } {
  const bytes = [...new Set(patterns.flatMap(pattern => [...pattern.bytes]))]
  const classOf = Uint16Array.from(SUSPECTS)
  bytes.forEach((byte, index) => {
    classOf[byte] = index + 2
  })
  return { classOf, width: bytes.length + 2 }
}

/** One row per distinct beginning of a pattern; 0 still means "no edge". */
function growTrie({ width, classOf, next, hold, found, patterns }: Automaton): void {
  let rows = 1
  patterns.forEach((pattern, index) => {
    let state = 0
    for (const byte of pattern.bytes) {
      const edge = state + at(classOf, byte)
      if (next[edge] === 0) {
        hold[rows] = at(hold, state / width) + 1
        next[edge] = rows++ * width
      }
      state = at(next, edge)
    }
    found[state / width] = index + 1
  })
}

/** Breadth first, so that the row a failure leads to, being shorter, is complete by then. Where no pattern goes on, only its ending is held. */
function linkFailures({ width, next, hold, found }: Automaton): void {
  const failure = new Int32Array(found.length)
  const queue = [0]
  for (const state of queue) {
    const fallback = at(failure, state / width)
    const before = queue.length
    for (let cls = 0; cls < width; cls++) {
      const target = at(next, state + cls)
      const other = state === 0 ? 0 : at(next, fallback + cls)
      if (target === 0) {
        next[state + cls] = other
        continue
      }
      failure[target / width] = other
      found[target / width] ||= at(found, other / width)
      queue.push(target)
    }
    if (queue.length === before) hold[state / width] = at(hold, fallback / width)
  }
}

function markStops({ width, classOf, next, found }: Automaton): void {
  const isSuspect = new Uint8Array(width)
  SUSPECTS.forEach((suspect, byte) => {
    if (suspect === 1) isSuspect[at(classOf, byte)] = 1
  })
  for (let edge = 0; edge < next.length; edge++) {
    const target = at(next, edge)
    if (isSuspect[edge % width] === 1 || at(found, target / width) > 0) next[edge] = ~target
  }
}

function at(array: Int32Array | Uint16Array, index: number): number {
  return array[index] ?? 0
}
