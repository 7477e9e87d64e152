import type { Redis } from 'ioredis'
import type { Life } from '../life.ts'
import type { Patience, SimulatedRedis } from './redis.ts'
import { SCRIPTS } from './scripts.ts'

/** The commands that the adapters use, as one process sends them. What is not here must not be used without a model of it. */
export function clientFor(redis: SimulatedRedis, life: Life, patience: Patience): Redis {
  const read = <T>(act: () => T): Promise<T> => redis.call(life, patience, act)
  const commands = {
    eval: (script: string, count: number, ...rest: readonly (string | number)[]) => {
      const words = rest.map(String)
      const model = SCRIPTS.get(script)
      if (!model) throw new Error('the simulation knows no such script; see test/faults/simulation/redis/scripts.ts')
      const [keys, args] = [words.slice(0, count), words.slice(count)]
      return redis.call(life, patience, () => redis.changed(keys, () => model(redis.data, keys, args)), true)
    },
    xrange: (key: string) =>
      read(() => (redis.data.streams.get(key) ?? []).map((body, i) => [`${i + 1}-0`, ['e', body]] as const)),
    zrangebyscore: (key: string, low: number) =>
      read(() => [...(redis.data.scores.get(key) ?? [])].filter(([, score]) => score === low).map(([run]) => run)),
    zrevrange: (key: string, from: number, to: number) =>
      read(() =>
        [...(redis.data.scores.get(key) ?? [])]
          .sort(([, a], [, b]) => b - a)
          .slice(from, to + 1)
          .flatMap(([run, score]) => [run, String(score)]),
      ),
    smembers: (key: string) => read(() => [...(redis.data.sets.get(key) ?? [])]),
    hmget: (key: string, ...names: readonly string[]) =>
      read(() => names.map(name => redis.data.field(key, name) ?? null)),
    time: () => read(() => [Math.floor(redis.time() / 1000), (redis.time() % 1000) * 1000] as const),
  }
  return commands as unknown as Redis
}
