import type { Desk } from '../../../src/commands/desk.ts'
import type { Entry, RunEvent } from '../../../src/runs/events.ts'
import type { About } from './ambush.ts'
import { SimulatedCluster } from './cluster.ts'
import { createGateway } from './gateway.ts'
import { History } from './history.ts'
import { Kernel } from './kernel.ts'
import { Life } from './life.ts'
import { Network } from './network/network.ts'
import { type NodeFlaws, SimulatedNode } from './node/node.ts'
import { SimulatedOutputs } from './outputs.ts'
import { People } from './people.ts'
import { Random } from './random.ts'
import { SimulatedArchive } from './redis/archive.ts'
import { Feed } from './redis/feed.ts'
import { SimulatedRedis } from './redis/redis.ts'
import { NODES } from './setting.ts'
import { Truth } from './truth.ts'
import { SimulatedWorker, type WorkerFlaws } from './worker.ts'

/** Planted defects. */
export interface Flaws {
  readonly node?: NodeFlaws
  readonly worker?: WorkerFlaws
}

interface Running {
  readonly life: Life
  readonly worker: SimulatedWorker
}

/** One schedule's world: what the product runs in, and what is true of it. */
export class World {
  readonly kernel = new Kernel()
  readonly history = new History(this.kernel)
  readonly truth = new Truth()
  readonly random: Random
  readonly flaws: Flaws
  readonly redis: SimulatedRedis
  readonly archive: SimulatedArchive
  readonly feed: Feed
  readonly outputs = new SimulatedOutputs()
  readonly nodes: Readonly<Record<string, SimulatedNode>>
  readonly network: Network
  readonly cluster: SimulatedCluster
  readonly people: People
  readonly workers = new Map<string, Running>()
  gateway: { readonly life: Life; readonly desk: Desk } | undefined
  /** Runs of which whoever runs ha-bot was told that the two copies of their journal differ: somebody has to look. */
  readonly toldToAdmin = new Set<string>()
  /** Called at every moment that somebody may lie in wait for. */
  readonly ambushes: ((moment: string, about: About) => void)[] = []
  #processes = 0

  constructor(seed: number, flaws: Flaws = {}) {
    const { kernel, history, truth } = this
    this.random = new Random(seed)
    this.flaws = flaws
    this.redis = new SimulatedRedis(kernel, history, this.random.fork('redis'))
    this.archive = new SimulatedArchive(kernel, this.random.fork('archive'))
    this.feed = new Feed(kernel, this.random.fork('feed'))
    this.nodes = Object.fromEntries(
      NODES.map(name => {
        const random = this.random.fork(name)
        const effect = (node: string, script: string) => this.cluster.effect(node, script)
        const onDown = () => this.network.silence(name)
        const onMoment = (moment: string) => this.moment(moment, { process: '', node: name })
        const parts = { name, kernel, history, random, truth, effect, onDown, onMoment, flaws: flaws.node ?? {} }
        return [name, new SimulatedNode(parts)]
      }),
    )
    this.network = new Network({ kernel, history, random: this.random.fork('network'), nodes: this.nodes })
    const down = this.random.fork('down')
    this.cluster = new SimulatedCluster({
      ...{ kernel, history, random: this.random.fork('cluster') },
      isOnline: node => this.nodes[node]?.isUp ?? false,
      reboot: node => this.nodes[node]?.reboot(down.int(1000, 15_000)),
    })
    this.people = new People(this, this.random.fork('people'))
    this.redis.onWritten = bodies => {
      for (const body of bodies) this.#written(JSON.parse(body) as Entry)
    }
  }

  startWorker(host: string, skewMs = 0): void {
    const life = new Life(`${host}:${this.#newProcess()}`, this.kernel, skewMs)
    this.history.note(life.name, 'starts')
    this.workers.set(host, { life, worker: new SimulatedWorker(this, life, host, this.random.fork(life.name)) })
  }

  startGateway(): void {
    const life = new Life(`bot:${this.#newProcess()}`, this.kernel)
    this.history.note(life.name, 'starts')
    this.gateway = { life, desk: createGateway(this, life, this.random.fork(life.name)) }
  }

  #newProcess(): number {
    this.#processes += 1
    return this.#processes
  }

  /** Something happens that somebody may lie in wait for. */
  moment(name: string, about: About): void {
    for (const ambush of this.ambushes) ambush(name, about)
  }

  #written(entry: Entry): void {
    this.history.note(entry.by, `#${entry.number}.${entry.seq} ${outline(entry.event)}`)
    this.feed.tell(entry.run)
    this.people.sees(entry)
    this.moment(entry.event.type, { process: entry.by, node: 'host' in entry.event ? entry.event.host : '' })
  }
}

function outline(event: RunEvent): string {
  const { type } = event
  switch (type) {
    case 'requested':
      return `${type}: ${event.request.text}`
    case 'leg-started':
      return `${type}: ${event.leg}`
    case 'execution-started':
      return `${type}: ${event.operation} epoch ${event.epoch}`
    case 'execution-finished':
      return `${type}: ${event.step} ${event.host} ${event.outcome} begun ${event.begun} complete ${event.complete}: ${event.reason}`
    case 'step-started':
      return `${type}: ${event.step}${event.again ? ' again' : ''}`
    case 'step-finished':
      return `${type}: ${event.step} ${event.outcome} ${event.reason}`
    case 'gate-closed':
      return `${type}: ${event.gate} ${event.result}`
    case 'decided':
      return `${type}: ${event.gate} ${event.decision} by ${event.speaker.person}`
    case 'lease-taken':
    case 'lease-released':
      return `${type}: epoch ${event.epoch}`
    case 'taken-over':
      return `${type}: epoch ${event.epoch}, fenced ${event.fenced.join(' ')}, silent ${event.silent.join(' ')}`
    case 'finished':
      return `${type}: ${event.outcome} ${event.summary.replaceAll('\n', ' | ')}`
    case 'refused':
      return `${type}: ${event.problems.map(problem => problem.code).join(', ')}`
    case 'drifted':
      return `${type}: ${event.changes.join('; ')}`
    case 'marked-done':
    case 'resumed':
    case 'take-over-asked':
    case 'stop-requested':
      return `${type} by ${event.speaker.person}`
    default:
      return type
  }
}
