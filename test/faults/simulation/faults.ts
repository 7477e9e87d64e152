import type { Random } from './random.ts'
import { NODES } from './setting.ts'
import type { World } from './world.ts'

export const WORKERS = ['worker1', 'worker2', 'worker3'] as const
const FAULTS_UNTIL_MS = 42_000
const MOST_FAULTS = 7
const FEWEST_FAULTS = 3
const MOST_AMBUSHES = 5
const FEWEST_AMBUSHES = 2

/** Something that goes wrong at some moment, and how it comes right again by itself. */
export type Fault = (world: World, random: Random) => void

export function worker(random: Random): string {
  return random.pick(WORKERS)
}

/** Starts a process again on the same host, as a supervisor does. */
function startAgain(world: World, host: string, ms: number): void {
  world.kernel.in(ms, () => {
    if (!world.workers.get(host)?.life.isAlive) world.startWorker(host)
  })
}

export function during(world: World, what: string, ms: number, begin: () => void, end: () => void): void {
  world.history.note('fault', `${what} for ${ms} ms`)
  begin()
  world.kernel.in(ms, () => {
    world.history.note('fault', `over: ${what}`)
    end()
  })
}

export function killAndStartAgain(world: World, host: string, ms: number): void {
  world.history.note('fault', `kill -9 of ${host}`)
  world.workers.get(host)?.life.kill()
  startAgain(world, host, ms)
}

export function freezeFor(world: World, host: string, ms: number): void {
  const life = world.workers.get(host)?.life
  if (!life?.isAwake) return
  during(
    world,
    `${life.name} is frozen`,
    ms,
    () => life.freeze(),
    () => life.thaw(),
  )
}

const kill: Fault = (world, random) => killAndStartAgain(world, worker(random), random.int(500, 20_000))
const freeze: Fault = (world, random) => freezeFor(world, worker(random), random.int(1000, 45_000))

const deploy: Fault = (world, random) => {
  const host = worker(random)
  const running = world.workers.get(host)
  if (!running?.life.isAwake) return
  world.history.note('fault', `SIGTERM to ${host}`)
  const end = () => {
    running.life.kill()
    startAgain(world, host, random.int(100, 3000))
  }
  void running.worker.leave().then(end)
  // systemd does not wait for ever.
  world.kernel.in(30_000, end)
}

const workerClock: Fault = (world, random) => {
  const ms = random.int(-7_200_000, 7_200_000)
  world.history.note('fault', `a worker's clock jumps by ${ms} ms`)
  world.workers.get(worker(random))?.life.skew(ms)
}

const killBot: Fault = (world, random) => {
  world.history.note('fault', 'kill -9 of the bot')
  world.gateway?.life.kill()
  world.gateway = undefined
  world.kernel.in(random.int(500, 10_000), () => {
    if (!world.gateway) world.startGateway()
  })
}

const redisAway: Fault = ({ redis, kernel }, random) => {
  redis.goAway()
  kernel.in(random.int(200, 25_000), () => redis.comeBack())
}

const redisLossy: Fault = (world, random) => {
  const { redis } = world
  during(
    world,
    'replies of Redis are lost',
    random.int(500, 10_000),
    () => (redis.lossy = 0.4),
    () => (redis.lossy = 0),
  )
}

const redisRefuses: Fault = (world, random) => {
  const { redis } = world
  during(
    world,
    'Redis refuses writes',
    random.int(500, 8000),
    () => (redis.refusing = 0.5),
    () => (redis.refusing = 0),
  )
}

const redisRolledBack: Fault = ({ redis, kernel }, random) => {
  redis.backUp()
  kernel.in(random.int(1000, 40_000), () => redis.rollBack())
}

const redisEmptied: Fault = ({ redis }) => redis.empty()

const feedDeaf: Fault = (world, random) => {
  const { feed } = world
  during(
    world,
    'nobody hears of news',
    random.int(1000, 20_000),
    () => (feed.isDeaf = true),
    () => (feed.isDeaf = false),
  )
}

const archiveFull: Fault = (world, random) => {
  const { archive } = world
  during(
    world,
    'the archive is full',
    random.int(500, 10_000),
    () => (archive.isFull = true),
    () => (archive.isFull = false),
  )
}

const linkCut: Fault = (world, random) => {
  const [host, node] = [worker(random), random.pick(NODES)]
  const weather = world.network.weather(host, node)
  during(
    world,
    `nothing gets from ${host} to ${node}`,
    random.int(500, 60_000),
    () => {
      weather.isCut = true
      world.network.silence(node, host)
    },
    () => (weather.isCut = false),
  )
}

/** One of the ways in which requests fare badly, between one worker, or all of them, and one node. */
const badWeather: Fault = (world, random) => {
  const node = random.pick(NODES)
  const hosts = random.chance(0.5) ? WORKERS : [worker(random)]
  const how = random.pick(['lossy', 'late', 'twice'] as const)
  const likely = random.int(20, 80) / 100
  const set = (value: number) => {
    for (const host of hosts) world.network.weather(host, node)[how] = value
  }
  during(
    world,
    `${how} ${likely} from ${hosts.join(' ')} to ${node}`,
    random.int(2000, 40_000),
    () => set(likely),
    () => set(0),
  )
}

const linksReset: Fault = (world, random) => {
  const node = random.pick(NODES)
  world.history.note('fault', `all links to ${node} are reset`)
  world.network.reset(node)
}

const reboot: Fault = (world, random) => {
  const node = world.nodes[random.pick(NODES)]
  node?.reboot(random.int(1000, 20_000))
}

const sshDown: Fault = (world, random) => {
  const node = world.nodes[random.pick(NODES)]
  if (!node) return
  during(
    world,
    `no logins on ${node.name}`,
    random.int(1000, 20_000),
    () => (node.isSshDown = true),
    () => (node.isSshDown = false),
  )
}

const diskFull: Fault = (world, random) => {
  const node = world.nodes[random.pick(NODES)]
  if (!node) return
  during(
    world,
    `the disk of ${node.name} is full`,
    random.int(1000, 20_000),
    () => (node.isDiskFull = true),
    () => (node.isDiskFull = false),
  )
}

const nodeClock: Fault = (world, random) => {
  const node = world.nodes[random.pick(NODES)]
  if (!node) return
  node.skewMs = random.int(-7_200_000, 7_200_000)
  world.history.note('fault', `the clock of ${node.name} is off by ${node.skewMs} ms`)
}

const clusterUnreadable: Fault = (world, random) => {
  const { cluster } = world
  during(
    world,
    'the cluster can hardly be asked',
    random.int(1000, 20_000),
    () => (cluster.unreadable = 0.7),
    () => (cluster.unreadable = 0),
  )
}

const groupMoves: Fault = ({ cluster }, random) => cluster.move(random.pick(['server0', 'server1']), random.pick(NODES))

/** How often each of them comes, of all. */
const FAULTS: readonly (readonly [number, Fault])[] = [
  [5, kill],
  [4, freeze],
  [2, deploy],
  [1, workerClock],
  [1, killBot],
  [3, redisAway],
  [2, redisLossy],
  [1, redisRefuses],
  [2, redisRolledBack],
  [1, redisEmptied],
  [1, feedDeaf],
  [1, archiveFull],
  [4, linkCut],
  [6, badWeather],
  [3, linksReset],
  [2, reboot],
  [1, sshDown],
  [1, diskFull],
  [1, nodeClock],
  [2, clusterUnreadable],
  [1, groupMoves],
]
const ALL = FAULTS.flatMap(([often, fault]) => Array<Fault>(often).fill(fault))

/** Lets things go wrong in the first minute, at some time or at some moment. Returns how many: five at least. */
export function planFaults(world: World, random: Random, ambush: Fault): number {
  const count = random.int(FEWEST_FAULTS, MOST_FAULTS)
  const ambushes = random.int(FEWEST_AMBUSHES, MOST_AMBUSHES)
  for (let i = 0; i < count; i++) {
    const fault = random.pick(ALL)
    const own = random.fork(`fault ${i}`)
    world.kernel.in(random.int(1000, FAULTS_UNTIL_MS), () => fault(world, own))
  }
  for (let i = 0; i < ambushes; i++) ambush(world, random.fork(`ambush ${i}`))
  return count + ambushes
}

/** Everything comes right again, whatever was to last longer. */
export function heal(world: World): void {
  world.history.note('fault', 'ALL HEALS')
  world.ambushes.length = 0
  const { redis, archive, feed, network, cluster } = world
  redis.comeBack()
  Object.assign(redis, { lossy: 0, refusing: 0 })
  archive.isFull = false
  feed.isDeaf = false
  cluster.unreadable = 0
  network.clear()
  for (const node of Object.values(world.nodes)) Object.assign(node, { isSshDown: false, isDiskFull: false })
  for (const host of WORKERS) {
    world.workers.get(host)?.life.thaw()
    if (!world.workers.get(host)?.life.isAlive) world.startWorker(host)
  }
  if (!world.gateway) world.startGateway()
}
