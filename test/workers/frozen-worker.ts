/**
 * A worker process for the tests: REDIS, DIARY, NAME. It acts all the time, as long as it may, and writes each act into the diary; what it
 * was told besides as well.
 */
import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/adapters/clock.ts'
import { connectRedis } from '../../src/adapters/redis/connect.ts'
import { Leg } from '../../src/workers/job.ts'
import { consumeLegs } from '../../src/workers/queue.ts'

const { REDIS = '', DIARY = '', NAME = '' } = process.env
const write = (what: string) => appendFileSync(DIARY, `${NAME} ${what}\n`)

consumeLegs({
  redis: connectRedis(REDIS, 'worker').redis,
  clock: systemClock,
  concurrency: 1,
  admit: async (_, data) => Leg.parse({ ...pick(data) }),
  carry: async (_, lost, standing) => {
    lost.addEventListener('abort', () => write('lost'), { once: true })
    while (!lost.aborted) {
      if (standing.ok()) write('act')
      await delay(20)
    }
  },
  onError: () => undefined,
  timing: { lockMs: 3000, stalledMs: 300 },
})

function pick(data: unknown): object {
  const { run, leg, try: attempt } = data as Leg
  return { run, leg, try: attempt }
}
