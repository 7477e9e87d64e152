import type { Redis } from 'ioredis'
import type { Holder, Leases, Take } from '../../runs/leases.ts'
import { keys } from './keys.ts'
import { BUMP, RAISE, REGAIN, RELEASE, TAKE } from './scripts.ts'

/** Leases on clusters as Redis hashes; each way of changing one is one script. */
export function createLeases(redis: Redis): Leases {
  const grant = async (script: string, cluster: string, holder: Holder, ...more: number[]): Promise<Take> => {
    const where = [keys.lease(cluster), keys.epoch(cluster)]
    const { run, number, since } = holder
    const answer = (await redis.eval(script, 2, ...where, run, number, since, ...more)) as [number, ...string[]]
    if (answer[0] === 1) return { taken: true, epoch: Number(answer[1]) }
    return { taken: false, run: answer[1] ?? '', number: Number(answer[2]), since: Number(answer[3]) }
  }
  return {
    take: (cluster, { run, number }, since) => grant(TAKE, cluster, { run, number, since }),
    release: async (cluster, run, epoch) => {
      await redis.eval(RELEASE, 1, keys.lease(cluster), run, epoch)
    },
    holder: async cluster => {
      const [run, number, since, epoch] = await redis.hmget(keys.lease(cluster), 'run', 'number', 'since', 'epoch')
      if (!run) return undefined
      return { run, number: Number(number), since: Number(since), epoch: Number(epoch) }
    },
    bump: async (cluster, run) => {
      const where = [keys.lease(cluster), keys.epoch(cluster), keys.bumped(cluster)]
      return Number(await redis.eval(BUMP, 3, ...where, run))
    },
    restore: (cluster, holder, epoch) => grant(REGAIN, cluster, holder, epoch),
    raise: async (cluster, epoch) => Number(await redis.eval(RAISE, 1, keys.epoch(cluster), epoch)),
  }
}
