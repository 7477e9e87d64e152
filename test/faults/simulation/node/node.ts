import type { History } from '../history.ts'
import type { Kernel } from '../kernel.ts'
import { BEGIN_MS, Life } from '../life.ts'
import type { Random } from '../random.ts'
import type { Truth } from '../truth.ts'
import type { Arrived, Channel } from './channel.ts'
import { Ledger } from './ledger.ts'
import { runRunner } from './runner.ts'

/** Ways in which a node could be wrong: planted to see that they are found. */
export interface NodeFlaws {
  /** It is looked whether there is a claim, and made some time later. */
  readonly claimsInTwoSteps?: boolean
  readonly ignoresFence?: boolean
  readonly ignoresTombstone?: boolean
  readonly ignoresDeadline?: boolean
  /** What was cut off counts as done. */
  readonly saysDone?: boolean
}

export interface NodeParts {
  readonly name: string
  readonly kernel: Kernel
  readonly history: History
  readonly random: Random
  readonly truth: Truth
  readonly flaws: NodeFlaws
  /** What a script does to the cluster, at some moment while it runs. */
  readonly effect: (node: string, script: string) => void
  /** Tells the network that the node went down. */
  readonly onDown: () => void
  /** `claimed`, `begins`, `ends`. */
  readonly onMoment: (moment: string) => void
}

/** A machine: a disk that stays, and processes that end with each boot. */
export class SimulatedNode {
  readonly name: string
  readonly parts: NodeParts
  readonly ledger = new Ledger()
  isDiskFull = false
  /** Nobody can log in, although it runs. */
  isSshDown = false
  skewMs = 0
  boot = 1
  #pids = 100
  #isUp = true
  #processes: Life[] = []

  constructor(parts: NodeParts) {
    this.parts = parts
    this.name = parts.name
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Its own clock. */
  seconds(): number {
    return Math.floor((BEGIN_MS + this.parts.kernel.now + this.skewMs) / 1000)
  }

  newPid(): number {
    this.#pids += 1
    return this.#pids
  }

  /** A process that ends with this boot. */
  process(name: string): Life {
    const life = new Life(`${this.name} ${name}`, this.parts.kernel)
    this.#processes = this.#processes.filter(one => one.isAlive)
    this.#processes.push(life)
    return life
  }

  reboot(downMs: number): void {
    if (!this.#isUp) return
    this.parts.history.note(this.name, 'goes down')
    this.#isUp = false
    for (const life of this.#processes.splice(0)) life.kill()
    this.parts.onDown()
    this.parts.kernel.in(downMs, () => {
      this.boot += 1
      this.#isUp = true
      this.parts.history.note(this.name, `is up again, boot ${this.boot}`)
    })
  }

  /** An exec request arrives. */
  exec(arrived: Arrived, channel: Channel): void {
    if (!this.#isUp) return
    const life = this.process('runner')
    // sshd tells a process of a lost link only when it writes; some notice, some live on.
    channel.onHangUp(() => {
      if (this.parts.random.chance(0.5)) life.kill()
    })
    void runRunner(this, life, arrived, channel)
  }
}
