import { sha256 } from '../../canonical.ts'
import type { OperationOrder } from '../../runs/operations.ts'
import type { Clock } from '../../runs/ports.ts'
import type { Answer } from './ask.ts'
import { cksum } from './cksum.ts'
import type { Delivery } from './delivery.ts'
import type { Pace } from './pace.ts'
import type { Asking, Put, RunnerLine } from './runner-line.ts'

export type Verb = 'claim' | 'attach' | 'stop' | 'tombstone'

/** `unready`: it did not come to asking, because a file that this needs could not be put on the node. */
export type Reply = Answer | { readonly kind: 'unready'; readonly put: Exclude<Put, { kind: 'put' }> }

/** A node refuses an order that reaches it later than this after its script did, by its own clock. */
const ORDER_STANDS_MS = 60_000
/** What a process gets to end by itself, and what the runner then needs to make sure. */
const GRACE_MS = 5_000
const VERIFY_MS = 4_000
/** What an answer may take over the time that the node was given: a connect, a slow disk. */
const SHORTEST_ANSWER_MS = 2_000
const LONGEST_ANSWER_MS = 15_000

/** What is said between here and a node about one operation. Everything may be said again. */
export class Exchange {
  readonly #order: OperationOrder
  readonly #script: Buffer
  readonly #line: RunnerLine
  readonly #clock: Clock
  readonly #delivery: Delivery
  readonly #pace: () => Pace
  /** Until when a claim of this order is taken: by the node's clock, and by ours. */
  #deadline: { readonly nodeSeconds: number; readonly atMs: number } | undefined
  #mayBeClaimed: boolean
  #mayComeLater: boolean

  constructor(
    order: OperationOrder,
    { line, clock, delivery, pace }: { line: RunnerLine; clock: Clock; delivery: Delivery; pace: () => Pace },
    mayBeClaimed: boolean,
  ) {
    this.#order = order
    this.#script = Buffer.from(order.script)
    this.#line = line
    this.#clock = clock
    this.#delivery = delivery
    this.#pace = pace
    this.#mayBeClaimed = mayBeClaimed
    this.#mayComeLater = mayBeClaimed
  }

  /** Whether a claim may have reached the node, from here or from an earlier worker. */
  get mayBeClaimed(): boolean {
    return this.#mayBeClaimed
  }

  /** Whether a claim may still be on its way to the node. */
  get mayComeLater(): boolean {
    return this.#mayComeLater
  }

  /** Whether the node would still take a claim. */
  get stands(): boolean {
    return this.#deadline === undefined || this.#clock.monotonic() < this.#deadline.atMs
  }

  /** The node answered as if the runner were not there. */
  doubt(): void {
    this.#line.doubt()
  }

  /** `waitMs`: how long the node is to wait for news before it answers. */
  async say(verb: Verb, waitMs: number, signal: AbortSignal): Promise<Reply> {
    const op = this.#order.operation
    if (verb === 'claim') return await this.#claim(waitMs, signal)
    const unready = await this.#line.ready(this.#asking(0, signal))
    // The runner may be there although it cannot be put again, as on a disk that has filled up.
    if (unready?.kind === 'unsent' || unready?.kind === 'aborted') return unready
    if (verb === 'attach') return await this.#ask(verb, { op, ...this.#delivery.offsets, wait: waitMs }, waitMs, signal)
    if (verb === 'stop') return await this.#ask(verb, { op, grace: GRACE_MS }, GRACE_MS + VERIFY_MS, signal)
    return await this.#ask(verb, { op }, 0, signal)
  }

  async #claim(waitMs: number, signal: AbortSignal): Promise<Reply> {
    const unready = (await this.#line.ready(this.#asking(0, signal))) ?? (await this.#putBundle(signal))
    if (unready) return { kind: 'unready', put: unready }
    const before = this.#mayBeClaimed
    this.#mayBeClaimed = true
    const answer = await this.#ask('claim', this.#claimFields(waitMs), waitMs, signal)
    if (wasLeftAlone(answer)) this.#mayBeClaimed = before
    else if (answer.kind !== 'answered') this.#mayComeLater = true
    return answer
  }

  async #putBundle(signal: AbortSignal): Promise<Exclude<Put, { kind: 'put' }> | undefined> {
    if (this.#deadline) return undefined
    const put = await this.#line.putBundle(this.#script, this.#asking(0, signal))
    if (put.kind !== 'put') return put
    const nodeSeconds = put.nodeSeconds + ORDER_STANDS_MS / 1000
    this.#deadline = { nodeSeconds, atMs: this.#clock.monotonic() + ORDER_STANDS_MS }
    return undefined
  }

  #claimFields(wait: number): Record<string, string | number> {
    const { operation: op, epoch, run, number, step, seq, head } = this.#order
    const { crc, bytes } = cksum(this.#script)
    const order = {
      op,
      sha: sha256(this.#script),
      sum: `${crc}-${bytes}`,
      epoch,
      notafter: this.#deadline?.nodeSeconds ?? 0,
    }
    return { ...order, run, number, step, seq, head: head || '-', wait }
  }

  async #ask(
    verb: Verb,
    fields: Readonly<Record<string, string | number>>,
    quietMs: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const news = (): void => this.#pace().heard()
    return await this.#line.ask(verb, fields, { ...this.#asking(quietMs, signal), delivery: this.#delivery, news })
  }

  /** One question may take what is left of the patience, so that one hung connection does not use up more than that. */
  #asking(quietMs: number, signal: AbortSignal): Asking {
    const answerMs = Math.min(LONGEST_ANSWER_MS, Math.max(SHORTEST_ANSWER_MS, this.#pace().restMs - quietMs))
    return { signal, timeoutMs: Math.ceil(quietMs + answerMs) }
  }
}

/** Whether the node did nothing at all about it: it was not sent, or the runner refused to look at it. */
function wasLeftAlone(answer: Answer): boolean {
  if (answer.kind === 'answered') return answer.lines.some(({ verb }) => verb === 'error')
  return answer.kind === 'unsent' || (answer.kind === 'aborted' && answer.unsent)
}
