import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskedKept } from '../../src/app/masked-kept.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

const SECRET = 'Tr0ub4dor&3-horse'
/** Of the same length. */
const MASK = '[redacted:bmc]***'

function redactor() {
  const one = createRedactor()
  one.register('bmc', SECRET)
  return one
}

const cut = (text: string) => ({ text, bytes: text.length + 100, truncated: true })
const whole = (text: string) => ({ text, bytes: text.length, truncated: false })

describe('what was kept of a stream', () => {
  test('holds no beginning of a secret where it was cut off, wherever the cut falls', () => {
    for (let at = 1; at <= SECRET.length; at++) {
      const { text } = maskedKept(cut(`login with ${SECRET.slice(0, at)}`), redactor())
      const kept = at === SECRET.length ? `login with ${MASK}` : 'login with '
      expect(text, `cut behind ${at} characters`).toBe(kept)
    }
  })

  test('keeps at its end what only begins like a secret, when that is the end of the stream', () => {
    const text = `login with ${SECRET.slice(0, 9)}`
    expect(maskedKept(whole(text), redactor()).text).toBe(text)
  })

  test('is otherwise as it was: how much there was, and that it was cut off', () => {
    const kept = cut(`a ${SECRET} b\n`)
    expect(maskedKept(kept, redactor())).toEqual({ ...kept, text: `a ${MASK} b\n` })
    expect(maskedKept(whole('nothing secret'), redactor())).toEqual(whole('nothing secret'))
  })

  test('holds no beginning of a secret, whatever stands in front of it', () => {
    const around = fc.string({ maxLength: 40 }).filter(text => !text.includes(SECRET.slice(0, 2)))
    fc.assert(
      fc.property(around, fc.integer({ min: 2, max: SECRET.length }), (before, at) => {
        const { text } = maskedKept(cut(`${before} ${SECRET.slice(0, at)}`), redactor())
        expect(text).not.toContain(SECRET.slice(0, 2))
      }),
    )
  })
})
