import { describe, expect, it } from 'vitest'
import { Limiter } from '../../../src/adapters/ssh/limiter.ts'

const never = new AbortController().signal

describe('a limiter', () => {
  it('lets in up to its limit and then whoever waits longest', async () => {
    const limiter = new Limiter(2)
    const order: string[] = []
    const enter = async (name: string): Promise<void> => void ((await limiter.take(never)) && order.push(name))
    await Promise.all([enter('a'), enter('b')])
    const waiting = [enter('c'), enter('d')]
    expect(limiter).toMatchObject({ taken: 2, waiting: 2 })
    limiter.give()
    await waiting[0]
    expect(order).toEqual(['a', 'b', 'c'])
    limiter.give()
    await waiting[1]
    expect(order).toEqual(['a', 'b', 'c', 'd'])
    limiter.give()
    limiter.give()
    expect(limiter).toMatchObject({ taken: 0, waiting: 0 })
  })

  it('forgets whoever stops waiting, and takes no place for them', async () => {
    const limiter = new Limiter(1)
    await limiter.take(never)
    const impatient = new AbortController()
    const gone = limiter.take(impatient.signal)
    const patient = limiter.take(never)
    impatient.abort()
    expect(await gone).toBe(false)
    limiter.give()
    expect(await patient).toBe(true)
    limiter.give()
    expect(limiter).toMatchObject({ taken: 0, waiting: 0 })
    expect(await limiter.take(AbortSignal.abort())).toBe(false)
    expect(limiter.taken).toBe(0)
  })
})
