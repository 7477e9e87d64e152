import { describe, expect, it } from 'vitest'
import { told } from './same-tale.ts'

const FENCED = 'online > [unclean (online)] > [unclean (offline)] > offline > [pending] > [online]'

describe('what is told of a run', () => {
  it.each([
    [['online', 'offline'], true],
    [['online', 'unclean (offline)', 'offline', 'pending', 'online'], true],
    [['online', 'unclean (online)', 'online'], false],
    [['online', 'offline', 'unclean (offline)'], false],
    [['offline'], false],
    [[], false],
  ])('%j may leave out what stands in brackets, and nothing else: %s', (statuses, expected) => {
    expect(told(statuses, FENCED)).toBe(expected)
  })

  it('finds a way through where a state may come more than once', () => {
    const expected = 'home > [starting] > [home] > starting > away'

    expect(told(['home', 'starting', 'away'], expected)).toBe(true)
    expect(told(['home', 'starting', 'home', 'starting', 'away'], expected)).toBe(true)
    expect(told(['home', 'away'], expected)).toBe(false)
  })
})
