import type { Execution, ExecutionResult, Kept, StreamName } from '../../../../src/runs/ports.ts'
import type { Due, Kernel } from '../kernel.ts'
import type { Life } from '../life.ts'
import type { Arrived, Channel } from '../node/channel.ts'
import type { SimulatedNode } from '../node/node.ts'
import type { Random } from '../random.ts'
import { type Fate, NOTICED_MS, notSent } from './network.ts'

export interface ExchangeParts {
  readonly kernel: Kernel
  readonly random: Random
  readonly life: Life
  readonly worker: string
  readonly node: SimulatedNode
  readonly execution: Execution
}

/** One exec request, from the worker that sends it to the result it gets. Bytes stay in their order, whatever else happens. */
export class Exchange {
  onSettled: (result: ExecutionResult) => void = () => undefined
  readonly #parts: ExchangeParts
  readonly #kept: Record<StreamName, { text: string; bytes: number }> = {
    stdout: { text: '', bytes: 0 },
    stderr: { text: '', bytes: 0 },
  }
  readonly #hangUps: (() => void)[] = []
  readonly #onAbort = () => this.#giveUp('cancelled')
  #deadline: Due | undefined
  #state: 'connecting' | 'sent' | 'settled' = 'connecting'
  #isBroken = false
  #sentAt = 0
  /** When the latest piece of the reply arrives: none overtakes another. */
  #arrivesAt = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(parts: ExchangeParts) {
    this.#parts = parts
    parts.life.onDeath(() => this.#hangUp())
  }

  get node(): string {
    return this.#parts.node.name
  }

  get worker(): string {
    return this.#parts.worker
  }

  /** The deadline and the signal of whoever sends it. */
  start(): void {
    const { execution, kernel, life } = this.#parts
    const { signal, timeoutMs } = execution
    signal.addEventListener('abort', this.#onAbort, { once: true })
    this.#deadline = kernel.in(timeoutMs, () => life.give(() => this.#giveUp('timed-out')))
  }

  refuse(ms: number): void {
    const { kernel, life, node } = this.#parts
    const reason = `${node.name} could not be reached. Nothing was sent.`
    kernel.in(ms, () => life.give(() => this.#settle(notSent('unreachable', reason))))
  }

  sendInto(fate: Fate): void {
    if (this.#state !== 'connecting') return
    const { kernel, random } = this.#parts
    this.#state = 'sent'
    this.#sentAt = kernel.now
    const soon = random.int(1, 20)
    const minutes = random.int(20_000, 300_000)
    if (fate === 'nowhere') {
      this.breakOff(NOTICED_MS)
      return
    }
    if (fate === 'late') {
      kernel.in(minutes, () => this.#arrive(true))
      this.breakOff(random.chance(0.5) ? NOTICED_MS : random.int(1, 50))
      return
    }
    kernel.in(soon, () => this.#arrive(false))
    if (fate === 'unanswered') kernel.in(soon + 1, () => this.breakOff(NOTICED_MS))
    if (fate === 'cut-off')
      kernel.in(soon + random.int(1, 400), () => this.breakOff(random.chance(0.5) ? 0 : NOTICED_MS))
    if (fate === 'twice') kernel.in(random.chance(0.5) ? random.int(1, 500) : minutes, () => this.#arrive(true))
  }

  /** Nothing gets through any more, in either direction; the worker learns of it after `ms`. */
  breakOff(ms: number): void {
    if (this.#isBroken || this.#state === 'settled') return
    this.#isBroken = true
    const { kernel, life, node } = this.#parts
    kernel.in(ms, () => life.give(() => this.#end('lost', `The link to ${node.name} broke.`)))
    this.#hangUp()
  }

  #arrive(isEcho: boolean): void {
    const { node, execution } = this.#parts
    if (!isEcho && this.#isBroken) return
    const { call = [], script, stdin } = execution
    const arrived: Arrived = { words: call, script, stdin: stdin ? Buffer.from(stdin) : undefined }
    node.exec(arrived, isEcho ? DEAF : this.#channel())
  }

  #channel(): Channel {
    return {
      stdout: chunk => this.#reply(() => this.#take('stdout', chunk)),
      stderr: chunk => this.#reply(() => this.#take('stderr', chunk)),
      exit: code => this.#reply(() => this.#exit(code)),
      onHangUp: act => this.#hangUps.push(act),
    }
  }

  #reply(act: () => void): void {
    const { kernel, random, life } = this.#parts
    if (this.#isBroken) return
    this.#arrivesAt = Math.max(this.#arrivesAt, kernel.now + random.int(1, 20))
    kernel.in(this.#arrivesAt - kernel.now, () => {
      if (!this.#isBroken) life.give(act)
    })
  }

  #take(stream: StreamName, chunk: Buffer): void {
    if (this.#state !== 'sent') return
    const { keepBytes, output } = this.#parts.execution
    const kept = this.#kept[stream]
    kept.bytes += chunk.length
    if (kept.text.length < keepBytes) kept.text = (kept.text + chunk.toString('latin1')).slice(0, keepBytes)
    if (output) this.#turn = this.#turn.then(() => (this.#state === 'sent' ? output(stream, chunk) : undefined))
  }

  #exit(exitCode: number): void {
    void this.#turn.then(() => {
      this.#settle({ kind: 'exited', exitCode, exitSignal: '', ...this.#streams(), durationMs: this.#durationMs() })
    })
  }

  #giveUp(kind: 'cancelled' | 'timed-out'): void {
    const { node } = this.#parts
    if (this.#state === 'connecting') {
      const code = kind === 'cancelled' ? 'cancelled' : 'unreachable'
      this.#settle(notSent(code, `Gave up on ${node.name} before anything was sent.`))
      return
    }
    this.#end(kind, `${node.name} had not answered by then.`)
    this.#isBroken = true
    this.#hangUp()
  }

  #end(kind: 'lost' | 'timed-out' | 'cancelled', reason: string): void {
    this.#settle({ kind, reason, ...this.#streams(), durationMs: this.#durationMs() })
  }

  #streams(): { stdout: Kept; stderr: Kept } {
    const keptOf = ({ text, bytes }: { text: string; bytes: number }): Kept => ({
      text,
      bytes,
      truncated: text.length < bytes,
    })
    return { stdout: keptOf(this.#kept.stdout), stderr: keptOf(this.#kept.stderr) }
  }

  #durationMs(): number {
    return this.#parts.kernel.now - this.#sentAt
  }

  #settle(result: ExecutionResult): void {
    if (this.#state === 'settled') return
    this.#state = 'settled'
    this.#deadline?.cancel()
    this.#parts.execution.signal.removeEventListener('abort', this.#onAbort)
    this.onSettled(result)
  }

  #hangUp(): void {
    for (const act of this.#hangUps.splice(0)) act()
  }
}

/** Nobody hears what is answered to a request that arrives by itself. */
const DEAF: Channel = {
  stdout: () => undefined,
  stderr: () => undefined,
  exit: () => undefined,
  onHangUp: () => undefined,
}
