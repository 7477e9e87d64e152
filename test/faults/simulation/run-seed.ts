import type { Entry } from '../../../src/runs/events.ts'
import { ambush } from './ambush.ts'
import { check, type Violation } from './checker.ts'
import { heal, planFaults, WORKERS } from './faults.ts'
import { stateOf } from './node/ledger.ts'
import { HEALS_AT_MS } from './setting.ts'
import { type Flaws, World } from './world.ts'

/** Once all is well again, this long until every run has ended or asks a person. */
const ENDS_WITHIN_MS = 60_000
/** Who seems to rest might not: not believed before that. */
const RESTS_AT_LEAST_MS = 15_000
const LOOK_AGAIN_MS = 5_000
/** What is still on its way arrives at the latest now. */
const LATE_MS = 600_000

export interface Ran {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly faults: number
  /** Runs that were asked for, and changes that really began. */
  readonly runs: number
  readonly began: number
  /** By outcome. */
  readonly outcomes: Readonly<Record<string, number>>
  /** How often which corner was reached: states in ledgers, kinds of entries. */
  readonly reached: Readonly<Record<string, number>>
  readonly steps: number
  /** The same whenever this seed is run. */
  readonly hash: string
  readonly history: () => string
}

/** One schedule from its beginning to long after its end. */
export async function runSeed(seed: number, flaws: Flaws = {}): Promise<Ran> {
  const world = new World(seed, flaws)
  const { kernel, random } = world
  world.startGateway()
  const skew = random.fork('skew')
  for (const host of WORKERS) world.startWorker(host, skew.int(-2000, 2000))
  world.people.begin()
  const faults = planFaults(world, random.fork('faults'), ambush)
  await kernel.run(HEALS_AT_MS)
  heal(world)
  await kernel.run(HEALS_AT_MS + RESTS_AT_LEAST_MS)
  let alive = check.liveness(world)
  while (kernel.now < HEALS_AT_MS + ENDS_WITHIN_MS && (alive.length > 0 || isBusy(world))) {
    await kernel.run(kernel.now + LOOK_AGAIN_MS)
    alive = check.liveness(world)
  }
  world.history.note('fault', 'all workers end for good')
  for (const { life } of world.workers.values()) life.kill()
  world.gateway?.life.kill()
  await kernel.run(kernel.now + LATE_MS)
  const { violations, outcomes, runs } = check.safety(world)
  return {
    seed,
    violations: [...violations, ...alive],
    faults,
    runs,
    began: world.truth.began.length,
    outcomes,
    reached: reachedIn(world),
    steps: kernel.steps,
    hash: world.history.hash(),
    history: () => world.history.text(),
  }
}

function isBusy({ redis }: World): boolean {
  return [...redis.data.jobs.values()].some(job => job.state !== 'ended')
}

function reachedIn({ nodes, redis }: World): Record<string, number> {
  const reached: Record<string, number> = {}
  const count = (what: string) => {
    reached[what] = (reached[what] ?? 0) + 1
  }
  for (const node of Object.values(nodes))
    for (const files of node.ledger.operations.values()) count(`node: ${stateOf(files, node.boot)}`)
  for (const bodies of redis.data.streams.values())
    for (const body of bodies) count(`entry: ${(JSON.parse(body) as Entry).event.type}`)
  return reached
}
