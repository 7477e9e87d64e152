import { during, type Fault, freezeFor, killAndStartAgain, worker } from './faults.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** Moments at which something going wrong hurts most: what is written into the journal, and what a node does. */
const MOMENTS = [
  'leg-started',
  'lease-taken',
  'execution-started',
  'execution-started',
  'execution-started',
  'execution-finished',
  'step-finished',
  'gate-closed',
  'lease-released',
  'finished',
  'resumed',
  'take-over-asked',
  'restored',
  'claimed',
  'claimed',
  'begins',
  'begins',
  'ends',
] as const

/** Who or what the moment is about. */
export interface About {
  /** Name of the process that wrote, or "". */
  readonly process: string
  /** The node where it happens or is to happen, or "". */
  readonly node: string
}

type Strike = (world: World, random: Random, about: About) => void

function hostOf({ process }: About, random: Random): string {
  return process.startsWith('worker') ? (process.split(':')[0] ?? '') : worker(random)
}

const kill: Strike = (world, random, about) => killAndStartAgain(world, hostOf(about, random), random.int(500, 20_000))

const badWeather: Strike = (world, random, { node }) => {
  if (node === '') return
  const how = random.pick(['late', 'late', 'lossy', 'twice'] as const)
  const set = (value: number) => {
    for (const host of world.workers.keys()) world.network.weather(host, node)[how] = value
  }
  during(
    world,
    `${how} from everywhere to ${node}`,
    random.int(1000, random.chance(0.3) ? 90_000 : 25_000),
    () => set(0.9),
    () => set(0),
  )
}

const STRIKES: readonly Strike[] = [
  kill,
  kill,
  kill,
  (world, random, about) => freezeFor(world, hostOf(about, random), random.int(10_000, 40_000)),
  (world, random, about) => freezeFor(world, hostOf(about, random), random.int(10_000, 40_000)),
  ({ nodes }, random, { node }) => nodes[node]?.reboot(random.int(1000, 20_000)),
  ({ network }, _, { node }) => network.reset(node),
  ({ redis, kernel }, random) => {
    redis.goAway()
    kernel.in(random.int(200, 25_000), () => redis.comeBack())
  },
  ({ redis, kernel }, random) => {
    redis.backUp()
    kernel.in(random.int(50, 10_000), () => redis.rollBack())
  },
  ({ redis }) => redis.empty(),
  // What is sent now is late, or lost, or comes twice; from everywhere, so that no second try makes it good at once.
  badWeather,
  badWeather,
  badWeather,
  badWeather,
]

/** Something goes wrong at the n-th time of a moment, at once or a little later. */
export const ambush: Fault = (world, random) => {
  const moment = random.pick(MOMENTS)
  const strike = random.pick(STRIKES)
  const delay = random.chance(0.5) ? 0 : random.int(1, 400)
  let left = random.int(1, 3)
  world.ambushes.push((at, about) => {
    if (at !== moment || left === 0) return
    left -= 1
    if (left > 0) return
    world.kernel.in(delay, () => {
      world.history.note('fault', `strikes ${delay} ms after ${moment}`)
      strike(world, random, about)
    })
  })
}
