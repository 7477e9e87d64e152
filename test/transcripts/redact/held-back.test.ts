import { describe, expect, test } from 'vitest'
import { cut, inPieces, knowing } from './pieces.ts'

const SECRET = 'hunter2-correct-horse'
const LINE = Buffer.from(`password=${SECRET}\n`)
const AT = 'password='.length

describe('a value that comes in two pieces', () => {
  test('is masked wherever the cut falls', () => {
    const redactor = knowing(SECRET)
    const whole = redactor.mask(LINE)
    expect(whole.toString()).not.toContain(SECRET)
    for (let size = 1; size < LINE.length; size++)
      expect(inPieces(redactor, cut(LINE, [size])).toString(), `cut at ${size}`).toBe(whole.toString())
  })

  test('gives nothing of itself away before its end is there', () => {
    for (let size = 1; size < SECRET.length; size++) {
      const stream = knowing(SECRET).stream()
      const first = Buffer.from(stream.write(LINE.subarray(0, AT + size))).toString()
      expect(first, `after ${size} of its bytes`).toBe('password=')
    }
  })
})
