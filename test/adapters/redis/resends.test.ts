import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectRedis, type RedisLink } from '../../../src/adapters/redis/connect.ts'
import { createLeases } from '../../../src/adapters/redis/leases.ts'
import { Numbers } from '../../../src/adapters/redis/numbers.ts'
import { ulid } from '../../../src/runs/ulid.ts'
import { type PrivateRedis, startRedis } from '../../support/redis.ts'
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

let redis: PrivateRedis
let proxy: TcpProxy
let link: RedisLink
beforeEach(async () => {
  redis = await startRedis()
  proxy = await startTcpProxy({ address: '127.0.0.1', port: redis.port })
  link = connectRedis(`redis://127.0.0.1:${proxy.port}`, 'worker')
  await link.redis.ping()
})
afterEach(async () => {
  await link?.close()
  await proxy?.close()
  await redis?.close()
})

/** The next answer of Redis is lost on its way, and the link with it. */
async function withLostAnswer<T>(ask: () => Promise<T>): Promise<T> {
  const before = proxy.opened()
  proxy.cutAfter('down', 0)
  const answer = await ask()
  expect(proxy.opened()).toBeGreaterThan(before)
  return answer
}

describe('a command whose answer is lost', () => {
  test('is sent again by ioredis: what counts would count twice (queue-and-redis.md §2.3)', async () => {
    expect(await withLostAnswer(async () => await link.redis.incr('counted'))).toBe(2)
    await withLostAnswer(async () => await link.redis.xadd('listed', '*', 'e', 'once'))
    expect(await link.redis.xlen('listed')).toBe(2)
  })

  test('gives a request one number all the same', async () => {
    let made = 0
    const newRun = (): string => {
      made += 1
      return ulid(made, Buffer.alloc(10, made))
    }
    const archive = { highestNumber: async () => 0 }
    const numbers = new Numbers({ redis: link.redis, archive, newRun })
    const first = await withLostAnswer(async () => await numbers.open('delivery-1'))
    expect(first.number).toBe(1)
    expect(await numbers.open('delivery-1')).toEqual(first)
    expect((await numbers.open('delivery-2')).number).toBe(2)
  })

  test('takes and frees a cluster once all the same', async () => {
    const leases = createLeases(link.redis)
    const holder = { run: '01JD0000000000000000000042', number: 42 }
    const taken = await withLostAnswer(async () => await leases.take('pvfs', holder, 1))
    expect(taken).toEqual({ taken: true, epoch: 1 })
    await withLostAnswer(async () => await leases.release('pvfs', holder.run, 1))
    expect(await leases.holder('pvfs')).toBeUndefined()
    expect(await leases.take('pvfs', { run: '01JD0000000000000000000043', number: 43 }, 2)).toEqual({
      taken: true,
      epoch: 2,
    })
  })
})
