import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { FAILOVER, withSteps } from './samples.ts'

/** Whatever comes in, what comes out is a runbook or problems with a place inside the text. */
function answersProperly(text: string): void {
  const result = parseRunbook('fuzz.yaml', text)
  if (result.ok) return
  expect(result.problems.length).toBeGreaterThan(0)
  const lines = text.split('\n')
  for (const { place, message } of result.problems) {
    expect(message).not.toBe('')
    expect(place?.line).toBeGreaterThanOrEqual(1)
    expect(place?.line).toBeLessThanOrEqual(lines.length)
    expect(place?.column).toBeGreaterThanOrEqual(1)
  }
}

const FRAGMENTS = [
  ...[
    '!x ',
    '&a ',
    '*a',
    '%YAML 1.1\n',
    '---\n',
    '...\n',
    '"',
    "'",
    '|\n',
    '>-\n',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '# ',
    '\n',
    '\t',
  ],
  ...[
    '<<: ',
    '__proto__: ',
    '${{ ',
    ' }}',
    'cluster.',
    'steps[',
    'inputs.',
    ' && ',
    '!',
    '(',
    ')',
    '? ',
    '\u0000',
    '\u202e',
    '\\x',
    '😀',
  ],
  ...[
    'run: ',
    'check: ',
    'copy: ',
    'change: disruptive\n',
    'default: ',
    'undo: { use: ',
    '0',
    '1e999',
    '.nan',
    'null',
    '~',
  ],
]

/** Only so that a reader that hangs is noticed; the machine may be busy. */
const timeout = 60_000

describe('reading a runbook never throws and always answers', { timeout }, () => {
  it('for arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), answersProperly), { numRuns: 200 })
  })

  it('for pieces of YAML and of runbooks in any order', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 4 })), { maxLength: 30 })
    fc.assert(
      fc.property(pieces, made => answersProperly(made.join(''))),
      { numRuns: 250 },
    )
  })

  it('for a good runbook with something put in, taken out or put elsewhere', () => {
    const cut = fc.nat({ max: FAILOVER.length })
    const mutated = fc.tuple(cut, cut, fc.constantFrom('', ...FRAGMENTS)).map(([from, length, fragment]) => {
      return FAILOVER.slice(0, from) + fragment + FAILOVER.slice(from + (length % 12))
    })
    fc.assert(fc.property(mutated, answersProperly), { numRuns: 250 })
  })

  it('for any text as an expression, as a text for approval, as a script and as a command', () => {
    const line = fc.string({ maxLength: 60 }).map(text => JSON.stringify(text))
    fc.assert(
      fc.property(line, text => {
        answersProperly(withSteps(`  - check: ${text}\n  - approve: ${text}\n  - run: ${text}\n    hosts: ${text}\n`))
        answersProperly(withSteps('  - run: ls\n', `command: ${text}`))
      }),
      { numRuns: 300 },
    )
  })
})
