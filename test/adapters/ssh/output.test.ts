import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drain } from '../../../src/adapters/ssh/drain.ts'
import { Keeper } from '../../../src/runs/kept.ts'

describe('what is kept of a stream', () => {
  it('is its beginning, in whole characters, however it was cut into chunks', () => {
    const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 8 })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), cuts, fc.nat({ max: 120 }), (text, at, limit) => {
        const bytes = Buffer.from(text)
        const keeper = new Keeper(limit)
        const edges = [0, ...at, bytes.length].map(edge => Math.min(edge, bytes.length)).sort((a, b) => a - b)
        for (const [index, edge] of edges.entries()) keeper.add(bytes.subarray(edge, edges[index + 1] ?? bytes.length))
        const kept = keeper.kept()
        expect(kept.bytes).toBe(bytes.length)
        expect(kept.truncated).toBe(bytes.length > limit)
        expect(text.startsWith(kept.text)).toBe(true)
        expect(kept.text).not.toContain('\uFFFD')
        // At most one character of up to four bytes is missing below the limit.
        expect(Buffer.byteLength(kept.text)).toBeGreaterThan(Math.min(limit, bytes.length) - 4)
      }),
    )
  })

  it('does not hide bytes that are no UTF-8', () => {
    const keeper = new Keeper(10)
    keeper.add(Buffer.from([0x61, 0xc3]))
    expect(keeper.kept()).toEqual({ text: 'a\uFFFD', bytes: 2, truncated: false })
  })
})

describe('draining a stream', () => {
  it('gives one chunk at a time to a busy taker, in order, and waits for the last one', async () => {
    const chunks = Array.from({ length: 50 }, (_, index) => Buffer.from(`${index} `))
    const taken: string[] = []
    let inside = 0
    await drain(Readable.from(chunks), async chunk => {
      inside++
      expect(inside).toBe(1)
      await new Promise(setImmediate)
      taken.push(chunk.toString())
      inside--
    })
    expect(taken.join('')).toBe(Buffer.concat(chunks).toString())
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('full')
      },
    ],
    ['rejects', async () => await Promise.reject(new Error('full'))],
  ])('fails when the taker %s', async (_, take) => {
    await expect(drain(Readable.from([Buffer.from('a')]), take)).rejects.toThrow('full')
  })
})
