import type { Following, OperationEnd, OperationOrder } from '../../runs/operations.ts'
import type { Clock } from '../../runs/ports.ts'
import { withAny } from './any-signal.ts'
import { Delivery } from './delivery.ts'
import { endOf, type Known, notBegun, notRun, unsettled } from './ends.ts'
import { Exchange, type Reply, type Verb } from './exchange.ts'
import { Pace } from './pace.ts'
import type { ReplyLine } from './reply-reader.ts'
import type { Place, Put, RunnerLine } from './runner-line.ts'
import { noSpaceText, notUnderstoodText, silentText, stillThereText, unsureText } from './sentences.ts'
import { isFinal, isUnrecorded, type NodeState, stateOf } from './state-line.ts'

export interface PursuitTools {
  readonly line: RunnerLine
  readonly clock: Clock
  /** From 0 to 1, for the jitter of pauses. */
  readonly random: () => number
}

/** What is to be said next; `pause`: not at once. */
interface Next {
  readonly say: Verb
  readonly pause: boolean
}

const LONGEST_WAIT_MS = 15_000
/** What has ended and is only looked at again for the rest of its output. */
const REST_WAIT_MS = 1_000
/** So often the rest of the output is asked for without a byte coming; then it is told as not complete. */
const TRIES_FOR_THE_REST = 3

/** So often a node may answer that what it was to end, or to refuse, is neither gone nor refused. */
const ROUNDS_TO_END = 5

/**
 * Sees one operation to its end: claimed, followed over broken links, ended when asked to, or given up for good. Only whole replies of the
 * node's runner count; whatever else happens on the way is a reason to ask again (ssh-and-remote-execution.md §3.4).
 */
export class Pursuit {
  readonly #following: Following
  readonly #operation: string
  readonly #place: Place
  readonly #clock: Clock
  readonly #random: () => number
  readonly #delivery: Delivery
  readonly #exchange: Exchange
  readonly #startedMs: number
  #pace: Pace
  #state: NodeState | undefined
  #stopped: 'timeout' | 'person' | undefined
  #isLastTry = false
  #isGivenUp = false
  #triesForTheRest = TRIES_FOR_THE_REST
  #roundsLeft = ROUNDS_TO_END
  #bytesBefore = 0

  constructor(order: OperationOrder, following: Following, { line, clock, random }: PursuitTools) {
    this.#following = following
    this.#operation = order.operation
    this.#place = line.place
    this.#clock = clock
    this.#random = random
    this.#startedMs = clock.monotonic()
    this.#pace = this.#newPace()
    this.#delivery = new Delivery(following.output, following.keepBytes)
    const talk = { line, clock, delivery: this.#delivery, pace: () => this.#pace }
    this.#exchange = new Exchange(order, talk, following.mode !== 'begin')
  }

  async end(): Promise<OperationEnd> {
    const { mode, detach } = this.#following
    let next: Next = { say: mode === 'begin' ? 'claim' : 'attach', pause: false }
    for (;;) {
      if (next.pause) await this.#listening(async signal => await this.#pace.pause(signal))
      if (detach.aborted) return { kind: 'detached' }
      const { say } = next
      if (this.#mustStopNow()) {
        if (!this.#exchange.mayBeClaimed) return notBegun(this.#place.node, this.#stopped)
        next = { say: 'stop', pause: false }
        continue
      }
      this.#bytesBefore = this.#delivery.bytes
      const reply = await this.#listening(async signal => await this.#exchange.say(say, this.#waitMs(), signal))
      const then = this.#consequence(say, reply)
      if ('kind' in then) return then
      next = then
    }
  }

  /** Runs until a person stops it or this worker leaves; once it is being ended, only the latter counts. */
  async #listening<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { detach, stop } = this.#following
    return await withAny(this.#stopped ? [detach] : [detach, stop], work)
  }

  /** True once, when the operation is to be ended from now on. */
  #mustStopNow(): boolean {
    if (this.#stopped || (this.#state && isFinal(this.#state))) return false
    if (this.#following.stop.aborted) this.#stopped = 'person'
    else if (this.#restMs() <= 0) this.#stopped = 'timeout'
    else return false
    this.#pace = this.#newPace()
    return true
  }

  #restMs(): number {
    return this.#following.timeoutMs - (this.#clock.monotonic() - this.#startedMs)
  }

  #waitMs(): number {
    if (this.#stopped || (this.#state && isFinal(this.#state))) return REST_WAIT_MS
    return Math.ceil(Math.max(0, Math.min(LONGEST_WAIT_MS, this.#following.patienceMs / 2, this.#restMs())))
  }

  #consequence(said: Verb, reply: Reply): Next | OperationEnd {
    switch (reply.kind) {
      case 'aborted':
        return { say: said, pause: false }
      case 'unready':
        return this.#unready(reply.put)
      case 'unsent':
        return this.#exchange.mayBeClaimed ? this.#trouble(said, reply.reason) : notRun(reply.code, reply.reason)
      case 'unclear':
        if (reply.ran) this.#exchange.doubt()
        return this.#trouble(said, reply.reason)
      case 'answered':
        return this.#answered(said, reply.lines)
    }
  }

  #answered(said: Verb, lines: readonly ReplyLine[]): Next | OperationEnd {
    const first = (verb: string): ReplyLine | undefined => lines.find(line => line.verb === verb)
    const state = stateOf(first('state'))
    if (state?.op === this.#operation) return this.#heardOf(said, state, first('stop')?.words[0])
    this.#exchange.doubt()
    const reason = notUnderstoodText(this.#place.node, lines)
    if (this.#exchange.mayBeClaimed) return this.#trouble(said, reason)
    return notRun('damaged', `${reason} Nothing was run.`)
  }

  /** Before a claim the files are put; while none was sent, what keeps them from being put is a clean failure. */
  #unready(put: Exclude<Put, { kind: 'put' }>): Next | OperationEnd {
    if (put.kind === 'aborted') return { say: 'claim', pause: false }
    if (this.#exchange.mayBeClaimed) return this.#trouble('claim', put.reason)
    if (put.kind !== 'unclear') return notRun(put.code, put.reason)
    const reason = `${put.reason} It had not been told to run anything yet, and nothing was run.`
    if (put.ran) return notRun('login-refused', reason)
    return this.#pace.isOver ? notRun('unreachable', reason) : { say: 'claim', pause: true }
  }

  /** No proper answer: the same again, until the node has been silent for too long. After a claim it is asked what became of that. */
  #trouble(said: Verb, reason: string): Next | OperationEnd {
    if (!this.#pace.isOver) return { say: said === 'claim' ? 'attach' : said, pause: true }
    const state = this.#state
    if (state && isFinal(state)) return endOf(state, this.#known()) ?? this.#silent(reason)
    if (state?.state !== 'absent' || this.#isLastTry) return this.#silent(reason)
    this.#isLastTry = true
    return this.#giveUp('attach')
  }

  #heardOf(said: Verb, state: NodeState, stopped: string | undefined): Next | OperationEnd {
    this.#pace.heard()
    this.#isLastTry = false
    this.#state = state
    const isNews = this.#delivery.bytes > this.#bytesBefore
    // First: of what has ended by itself, something that it started may be left.
    if (stopped === 'alive') return this.#unsettled('running', stillThereText(this.#place.node, this.#stopped))
    if (isUnrecorded(state))
      return this.#exchange.mayComeLater ? this.#giveUp(said) : notRun('no-space', noSpaceText(this.#place.node))
    if (isFinal(state)) return this.#ended(state, isNews)
    if (state.state === 'absent') return this.#absent(said)
    if (this.#stopped) return this.#stopAgain(said)
    return { say: 'attach', pause: !isNews }
  }

  #ended(state: NodeState, isNews: boolean): Next | OperationEnd {
    if (isNews) this.#triesForTheRest = TRIES_FOR_THE_REST
    if (this.#delivery.lacks(state) && this.#triesForTheRest > 0) {
      this.#triesForTheRest--
      return { say: 'attach', pause: !isNews }
    }
    return endOf(state, this.#known()) ?? this.#silent('')
  }

  /** The node has no record of it: claimed again while the order stands, else made sure that no claim still on its way begins it. */
  #absent(said: Verb): Next | OperationEnd {
    const mayClaim = this.#following.mode !== 'settle' && !this.#stopped && !this.#isGivenUp && this.#exchange.stands
    return mayClaim ? { say: 'claim', pause: said === 'claim' } : this.#giveUp(said)
  }

  /** What this leaves open is that the node cannot even write that down. */
  #giveUp(said: Verb): Next | OperationEnd {
    this.#isGivenUp = true
    if (--this.#roundsLeft < 0) return this.#unsettled('silent', unsureText(this.#place.node))
    return { say: 'tombstone', pause: said === 'tombstone' }
  }

  #stopAgain(said: Verb): Next | OperationEnd {
    if (--this.#roundsLeft < 0) return this.#unsettled('running', stillThereText(this.#place.node, this.#stopped))
    return { say: 'stop', pause: said === 'stop' }
  }

  #unsettled(kind: 'running' | 'silent', reason: string): OperationEnd {
    return unsettled(kind, this.#known(), reason)
  }

  #silent(detail: string): OperationEnd {
    return this.#unsettled('silent', silentText(this.#place, this.#pace.silentMs, detail))
  }

  #known(): Known {
    const state = this.#state
    const stopped = this.#stopped
    return { node: this.#place.node, delivery: this.#delivery, state, durationMs: this.#durationMs(), stopped }
  }

  /** Ours when it was begun from here; else by the node's clock, in whole seconds. */
  #durationMs(): number {
    const { claimed, started = claimed, ended, now } = this.#state ?? {}
    const until = ended ?? now
    if (this.#following.mode === 'begin' || started === undefined || until === undefined)
      return this.#clock.monotonic() - this.#startedMs
    return Math.max(0, until - started) * 1000
  }

  #newPace(): Pace {
    return new Pace(this.#clock, this.#random, this.#following.patienceMs)
  }
}
