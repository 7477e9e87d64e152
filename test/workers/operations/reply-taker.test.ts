import { describe, expect, it } from 'vitest'
import { Delivery } from '../../../src/workers/operations/delivery.ts'
import { ReplyTaker } from '../../../src/workers/operations/reply-taker.ts'

const STATE = 'ha1 state op=a state=done won=1 rc=0 sig=- out=6 err=0'
const REPLY = `Welcome\n\nha1 data out 0 6\nmoved\n\n${STATE}\nha1 end\n`

function taken(text: string): { readonly isWhole: boolean; readonly broken: string; readonly bytes: number } {
  const delivery = new Delivery(() => undefined, 100)
  const taker = new ReplyTaker(delivery, () => undefined)
  void taker.take(Buffer.from(text))
  return { isWhole: taker.close(), broken: taker.broken, bytes: delivery.bytes }
}

describe('a reply', () => {
  it('that came to its end is an answer', () => {
    expect(taken(REPLY)).toEqual({ isWhole: true, broken: '', bytes: 6 })
  })

  it('that is cut off anywhere is no answer, although its output counts', () => {
    const untilEnd = REPLY.length - 1
    for (let length = 0; length < untilEnd; length++)
      expect(taken(REPLY.slice(0, length)).isWhole, JSON.stringify(REPLY.slice(0, length))).toBe(false)
    expect(taken(REPLY.slice(0, REPLY.indexOf(STATE))).bytes).toBe(6)
  })

  it('with output from beyond what is here is no answer: there would be a hole', () => {
    expect(taken(REPLY.replace('out 0 6', 'out 1 6'))).toEqual({
      isWhole: false,
      broken: 'data from a wrong place',
      bytes: 0,
    })
  })
})
