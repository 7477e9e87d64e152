import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/canonical.ts'
import { Delivery } from '../../../src/workers/operations/delivery.ts'
import { type NodeState, stateOf } from '../../../src/workers/operations/state-line.ts'

/** What a node says of an operation that printed this. */
function recorded(stdout: string, hash = sha256(stdout)): NodeState {
  const words = {
    op: 'a',
    state: 'done',
    rc: '0',
    out: String(stdout.length),
    err: '0',
    outsha: hash,
    errsha: sha256(''),
  }
  const state = stateOf({ verb: 'state', words: [], fields: new Map(Object.entries(words)) })
  if (!state) throw new Error('not a state')
  return state
}

function delivered(...pieces: readonly [offset: number, text: string][]): { delivery: Delivery; text: () => string } {
  let text = ''
  const delivery = new Delivery((_, chunk) => {
    text += chunk
  }, 100)
  for (const [offset, piece] of pieces) void delivery.take('stdout', offset, Buffer.from(piece))
  return { delivery, text: () => text }
}

describe('output that comes in pieces', () => {
  it('is given on once, however often a part of it is sent again', () => {
    const { delivery, text } = delivered([0, 'mov'], [0, 'move'], [2, 'ved s'], [0, 'mo'], [4, 'd server2'])
    expect(text()).toBe('moved server2')
    expect(delivery.isWhole(recorded('moved server2'))).toBe(true)
  })

  it('bytes that would leave a gap are not taken', () => {
    const { delivery } = delivered([0, 'mov'])
    expect([3, 0, 4, 1_000].map(offset => delivery.fits('stdout', offset))).toEqual([true, true, false, false])
    expect(delivery.fits('stderr', 1)).toBe(false)
  })
})

describe('output is complete when the node has the same', () => {
  it('other bytes of the same length are not complete', () => {
    expect(delivered([0, 'moved']).delivery.isWhole(recorded('moves'))).toBe(false)
  })

  it('neither is less than the node has, nor what the node has no hash of', () => {
    const { delivery } = delivered([0, 'moved'])
    expect(delivery.isWhole(recorded('moved server2'))).toBe(false)
    expect(delivery.isWhole(recorded('moved', '-'))).toBe(false)
    expect(delivery.isWhole(recorded('moved'))).toBe(true)
  })
})
