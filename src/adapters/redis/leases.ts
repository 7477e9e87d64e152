import type { Redis } from 'ioredis'
import type { Leases } from '../../runs/leases.ts'
import { keys } from './keys.ts'
import { RELEASE, TAKE } from './scripts.ts'

/** Leases on clusters as Redis hashes; taking and releasing are one script each. */
export function createLeases(redis: Redis): Leases {
  return {
    take: async (cluster, holder, since) => {
      const where = [keys.lease(cluster), keys.epoch(cluster)]
      const answer = (await redis.eval(TAKE, 2, ...where, holder.run, holder.number, since)) as [number, ...string[]]
      if (answer[0] === 1) return { taken: true, epoch: Number(answer[1]) }
      return { taken: false, run: answer[1] ?? '', number: Number(answer[2]), since: Number(answer[3]) }
    },
    release: async (cluster, run, epoch) => {
      await redis.eval(RELEASE, 1, keys.lease(cluster), run, epoch)
    },
    holder: async cluster => {
      const [run, number, since, epoch] = await redis.hmget(keys.lease(cluster), 'run', 'number', 'since', 'epoch')
      if (!run) return undefined
      return { run, number: Number(number), since: Number(since), epoch: Number(epoch) }
    },
  }
}
