import { type ServiceAddress, serviceText } from '../clusters/service-address.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { type Problem, problemText, type Result } from '../problem.ts'
import type { Plan, PlannedStep, PlannedStepOf } from '../runbooks/plan.ts'
import { executionsOf, isChange, mayHaveChanged } from './changes.ts'
import type { Conditions, ConditionsOf, Judgement, ResultFacts, StepFacts } from './conditions.ts'
import type { StepOutcome } from './events.ts'
import type { Leases } from './leases.ts'
import { type Measured, measuredFrom } from './measured.ts'
import type { Operations } from './operations.ts'
import type { OutputArchive } from './output.ts'
import type { Clock, Prober, Shell, StatusReader, Watching } from './ports.ts'
import type { RunState } from './state.ts'
import { factsOf } from './step-facts.ts'
import { seenFrom } from './surroundings.ts'

/** Everything the engine needs from outside. */
export interface EnginePorts {
  /** For what only reads. */
  readonly shell: Shell
  /** For every change. */
  readonly operations: Operations
  readonly status: StatusReader
  readonly outputs: OutputArchive
  readonly conditionsOf: ConditionsOf
  readonly leases: Leases
  readonly clock: Clock
  /** Asks services from outside the cluster. */
  readonly prober: Prober
  /** The text of a file that `copy` puts on nodes, as it is now, by its `source`. */
  readonly fileOf: (source: string) => Promise<Result<string>>
  /** What would be planned differently from this reading than was approved, a sentence each. */
  readonly differences: (run: RunState, status: ClusterStatus) => Promise<readonly string[]>
  /** Redis TIME in ms. */
  readonly time: () => Promise<number>
  /** A random token for a gate, 128 bits or more. */
  readonly newToken: () => string
}

/** What surrounds one leg. */
export interface LegSurroundings {
  /** A person wants the run stopped: its reason says who. */
  readonly stop: AbortSignal
  /** This worker leaves: it begins nothing more, and what goes on is followed by another one. */
  readonly detach: AbortSignal
  /** Where the chain of the run stands now. */
  readonly head: () => { readonly seq: number; readonly head: string }
}

/** How a step ended, for the engine to decide what follows. */
export interface StepResult {
  readonly outcome: StepOutcome
  readonly reason: string
  /** Of a `measure` step that had something to measure, however it ended. */
  readonly measured?: Measured
}

/** Requests to a service that go on while other steps are carried out. */
export interface Asking {
  readonly watching: Watching
  readonly target: string
  readonly everyMs: number
  /** What Redis TIME was ahead of this worker's monotonic clock as it began, in ms. */
  readonly offsetMs: number
}

/** A status read this recently is fresh enough for the next check, as long as nothing was changed since. */
const FRESH_MS = 2000

/** One leg of one run under way: what it knows, and the few things about it that change. */
export class Course {
  readonly run: RunState
  readonly plan: Plan
  readonly ports: EnginePorts
  readonly leg: LegSurroundings
  /** Fires for a stop as well as when this worker leaves. */
  readonly signal: AbortSignal
  /** What is known of changes whose result is not, a line each, for whoever must decide. */
  readonly evidence: string[] = []
  /** What the steps so far came to, for expressions. */
  readonly facts: Record<string, StepFacts>
  /** Why they ended as they did. */
  readonly reasons: Map<string, string>
  /** Services that are asked, by the id of the `probe`; of this leg alone. */
  readonly asking = new Map<string, Asking>()
  /** What was measured so far, by the id of the step. */
  readonly measured: Map<string, Measured>
  /** Changes of this run that may have taken effect, as `step host`. */
  readonly #effective: Set<string>
  /** The lease, once this leg has taken it. */
  leaseTaken: { readonly cluster: string; readonly epoch: number } | undefined
  /** The cluster as it was before the first change: what is new since then is this run's doing, as far as anyone can tell. */
  before: ClusterStatus | undefined
  readonly #conditions: Conditions
  readonly #deadline: number
  #latest: { status: ClusterStatus; at: number } | undefined

  constructor(run: RunState, plan: Plan, ports: EnginePorts, leg: LegSurroundings) {
    this.run = run
    this.plan = plan
    this.ports = ports
    this.leg = leg
    this.signal = AbortSignal.any([leg.stop, leg.detach])
    this.#conditions = ports.conditionsOf(plan)
    this.facts = Object.fromEntries(Object.values(run.steps).flatMap(factsOf))
    this.reasons = new Map(Object.values(run.steps).map(step => [step.id, step.reason]))
    this.measured = new Map(
      Object.values(run.steps).flatMap(({ id, measured }) => (measured ? [[id, measured] as const] : [])),
    )
    this.#effective = new Set(effectiveChanges(run))
    this.before = run.status
    this.#deadline = ports.clock.monotonic() + plan.timeoutMs
  }

  /** The cluster's status: a reading of the last two seconds, else a new one. */
  async status(): Promise<Result<ClusterStatus>> {
    const now = this.ports.clock.monotonic()
    if (this.#latest && now - this.#latest.at < FRESH_MS) return { ok: true, value: this.#latest.status }
    return await this.freshStatus()
  }

  async freshStatus(): Promise<Result<ClusterStatus>> {
    const reading = await this.ports.status.read(this.plan.cluster, this.signal)
    if (reading.ok) this.#latest = { status: reading.value, at: this.ports.clock.monotonic() }
    return reading
  }

  /** The latest reading, however old; used to describe, never to decide. */
  lastStatus(): ClusterStatus | undefined {
    return this.#latest?.status ?? this.run.status
  }

  /** Why a status could not be read, as a step's result: a stop while it was read is no error. */
  unread(problems: readonly Problem[]): StepResult {
    if (this.signal.aborted) return this.stopped()
    return { outcome: 'errored', reason: problems.map(problemText).join('\n') }
  }

  stopped(): StepResult {
    return { outcome: 'cancelled', reason: typeof this.signal.reason === 'string' ? this.signal.reason : 'stopped' }
  }

  /** The time limit of the runbook, counted for each leg: waiting for people is not counted. */
  isOverdue(): boolean {
    return this.ports.clock.monotonic() >= this.#deadline
  }

  /** True from the first change that may have taken effect. */
  get changed(): boolean {
    return this.#effective.size > 0
  }

  /** Whether this step may have changed something, on whatever host. */
  isEffective(step: string): boolean {
    return [...this.#effective].some(one => one.startsWith(`${step} `))
  }

  /** Call when it is known whether a change may have taken effect: if so, no earlier reading counts any more. */
  settled(step: string, host: string, mayHaveChanged: boolean): void {
    const key = `${step} ${host}`
    if (!mayHaveChanged) {
      this.#effective.delete(key)
      return
    }
    if (!this.changed) this.before = this.lastStatus()
    this.#effective.add(key)
    this.#latest = undefined
  }

  /** Begins to ask a service; whoever has enough calls `stopAsking`, and the end of the leg does. */
  async ask({ id, everyMs, timeoutMs }: PlannedStepOf<'probe'>, target: ServiceAddress): Promise<Asking> {
    const offsetMs = (await this.ports.time()) - this.ports.clock.monotonic()
    const watching = this.ports.prober.watch(target, { everyMs, timeoutMs })
    const asking = { watching, target: serviceText(target), everyMs, offsetMs }
    this.asking.set(id, asking)
    return asking
  }

  stopAsking(step: string): void {
    this.asking.get(step)?.watching.close()
    this.asking.delete(step)
  }

  /** What clients felt, as far as it is known: what was measured, and what a run that ends before that has seen so far. */
  felt(): readonly Measured[] {
    const soFar = [...this.asking.values()].map(({ watching, ...timing }) =>
      measuredFrom(watching.rounds, { ...timing, steady: 1 }),
    )
    return [...this.measured.values(), ...soFar.filter(({ failed }) => failed > 0)]
  }

  /** The end of the leg, however it ends. */
  close(): void {
    for (const step of [...this.asking.keys()]) this.stopAsking(step)
  }

  /** Judges an expression of this step. */
  judge(
    step: PlannedStep,
    expression: string,
    status: ClusterStatus,
    judged?: { host: string; result: ResultFacts },
  ): Judgement {
    return this.#conditions.judge(expression, { status, ...seenFrom(step, this.plan, this.facts), ...judged })
  }
}

function effectiveChanges(run: RunState): string[] {
  return (run.plan?.steps ?? []).filter(isChange).flatMap(step =>
    executionsOf(run, step.id)
      .filter(mayHaveChanged)
      .map(({ host }) => `${step.id} ${host}`),
  )
}
