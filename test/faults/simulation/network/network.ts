import type { Execution, ExecutionResult, NotSent, Shell } from '../../../../src/runs/ports.ts'
import type { History } from '../history.ts'
import type { Kernel } from '../kernel.ts'
import type { Life } from '../life.ts'
import type { SimulatedNode } from '../node/node.ts'
import type { Random } from '../random.ts'
import { Exchange } from './exchange.ts'

/** ssh2's keepalive, 5 s × 4: by then a dead link is noticed. */
export const NOTICED_MS = 20_000
const CONNECT_MS = 15_000

/** How one worker reaches one node at the moment. */
export interface Weather {
  /** Nothing gets through, and nobody says so. */
  isCut: boolean
  /** How likely a request is lost on its way, or its reply. */
  lossy: number
  /** How likely a request arrives minutes later, when its sender has given up. */
  late: number
  /** How likely a request arrives a second time. */
  twice: number
}

export interface NetworkParts {
  readonly kernel: Kernel
  readonly history: History
  readonly random: Random
  readonly nodes: Readonly<Record<string, SimulatedNode>>
}

/** What lies between workers and nodes. */
export class Network {
  readonly parts: NetworkParts
  readonly #weather = new Map<string, Weather>()
  readonly #open = new Set<Exchange>()

  constructor(parts: NetworkParts) {
    this.parts = parts
  }

  weather(worker: string, node: string): Weather {
    const key = `${worker} ${node}`
    const found = this.#weather.get(key) ?? { isCut: false, lossy: 0, late: 0, twice: 0 }
    this.#weather.set(key, found)
    return found
  }

  /** Breaks every link to a node that is open now; the workers hear of it at once. */
  reset(node: string): void {
    for (const exchange of this.#open) if (exchange.node === node) exchange.breakOff(0)
  }

  /** The links to a node go dead; the workers hear of it when they notice. */
  silence(node: string, worker?: string): void {
    for (const exchange of this.#open)
      if (exchange.node === node && (worker === undefined || exchange.worker === worker)) exchange.breakOff(NOTICED_MS)
  }

  /** Everything gets through again. */
  clear(): void {
    for (const weather of this.#weather.values()) Object.assign(weather, { isCut: false, lossy: 0, late: 0, twice: 0 })
  }

  /** The shell of one process. `worker` stays the same when the process is started again. */
  shellFor(life: Life, worker: string): Shell {
    return { execute: execution => this.#execute(life, worker, execution) }
  }

  #execute(life: Life, worker: string, execution: Execution): Promise<ExecutionResult> {
    const { kernel, random, nodes } = this.parts
    const node = nodes[execution.node]
    if (!node) return Promise.resolve(notSent('unknown-node', `There is no node ${execution.node}. Nothing was sent.`))
    if (execution.signal.aborted) return Promise.resolve(notSent('cancelled', 'It was cancelled. Nothing was sent.'))
    return new Promise(resolve => {
      const exchange = new Exchange({ kernel, random, life, worker, node, execution })
      this.#open.add(exchange)
      exchange.onSettled = result => {
        this.#open.delete(exchange)
        resolve(result)
      }
      exchange.start()
      this.#connect(exchange, node, worker)
    })
  }

  /** Not sent, or on its way: by a connection that is there already, or a new one. */
  #connect(exchange: Exchange, node: SimulatedNode, worker: string): void {
    const { kernel, random } = this.parts
    const weather = this.weather(worker, node.name)
    kernel.in(random.int(1, 15), () => {
      const isPooled = random.chance(0.5)
      if (!node.isUp || node.isSshDown || weather.isCut) {
        if (isPooled && !node.isSshDown) return exchange.sendInto('nowhere')
        return exchange.refuse(node.isUp && !weather.isCut ? random.int(2, 50) : CONNECT_MS)
      }
      exchange.sendInto(this.#fate(weather))
    })
  }

  #fate({ lossy, late, twice }: Weather): Fate {
    const { random } = this.parts
    if (random.chance(lossy)) return random.pick(['nowhere', 'unanswered', 'cut-off'])
    if (random.chance(late)) return 'late'
    return random.chance(twice) ? 'twice' : 'through'
  }
}

/**
 * What becomes of a request that was sent. `nowhere`: it is lost. `unanswered`: it arrives, and nothing comes back. `cut-off`: it arrives, and
 * the link breaks while it is answered. `late`: it arrives minutes after its sender was told that the link is lost. `twice`: it arrives, and
 * arrives again minutes later.
 */
export type Fate = 'through' | 'nowhere' | 'unanswered' | 'cut-off' | 'late' | 'twice'

export function notSent(code: NotSent, reason: string): ExecutionResult {
  return { kind: 'not-sent', code, reason }
}
