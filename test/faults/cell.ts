import { setTimeout as delay } from 'node:timers/promises'
import { Archive, type Bundle, endOf, isDone, isSealed, openGate } from './bundles.ts'
import { check } from './checker/check.ts'
import type { Violation } from './checker/evidence.ts'
import type { Fault, Scene } from './faults/fault.ts'
import { isOfBot } from './faults/fault.ts'
import { gather } from './gather.ts'
import type { Deed } from './hook.ts'
import type { Lane, LaneCluster } from './lane/lane.ts'
import type { Part } from './lane/part.ts'
import { holdSteps, precursorOf, releaseAll, watchFor } from './outside.ts'
import { type Asked, approve, askFor } from './people.ts'
import { OUTSIDE, type Point } from './points.ts'
import { storyOf } from './story.ts'

/** One fault at one point. Without a fault it is a clean run. */
export interface Cell {
  readonly point: Point
  readonly fault: Fault
}

export interface CellResult {
  readonly cell: Cell
  /** The point was reached, so that the fault struck. */
  readonly reached: boolean
  /** How the runs of it ended. */
  readonly outcomes: readonly string[]
  readonly violations: readonly Violation[]
  readonly seconds: number
  /** Everything there is to know, for a cell that went wrong. */
  readonly story: string
  readonly cluster: string
  /** What was executed on the nodes, and how often: `<tag> <step>`. */
  readonly executed: ReadonlyMap<string, number>
}

/** Terminal, or asking somebody, within this after the heal (I11), and half a minute for the way there. */
const SETTLES_MS = 60_000
const REACHED_MS = 30_000
const SHOWN_MS = 25_000
const SEALS_MS = 5_000
const LOOK_MS = 40
const APPROVE_AGAIN_MS = 1_500
/** The last points of a run come a moment behind its end. */
const STRIKES_LATE_MS = 2_000

export function nameOf({ point, fault }: Cell): string {
  return `${point}:${fault.name}`
}

/** Carries one cell out on a lane and judges what came of it. */
export async function runCell(lane: Lane, cluster: LaneCluster, cell: Cell): Promise<CellResult> {
  const began = performance.now()
  const run = new CellRun(lane, cluster, cell)
  try {
    await run.carryOut()
  } finally {
    run.tidy()
  }
  const evidence = await gather(run.gathered())
  const violations = check(evidence)
  const outcomes = evidence.bundles.map(bundle => endOf(bundle)?.outcome ?? 'open')
  const seconds = (performance.now() - began) / 1000
  const isFine = run.reached && violations.length === 0
  const story = isFine ? '' : [run.failure, storyOf(lane, evidence)].join('\n')
  const executed = new Map<string, number>()
  for (const { tag, step } of evidence.executions)
    executed.set(`${tag} ${step}`, (executed.get(`${tag} ${step}`) ?? 0) + 1)
  return { cell, reached: run.reached, outcomes, violations, seconds, story, cluster: cluster.name, executed }
}

class CellRun {
  readonly #lane: Lane
  readonly #cluster: LaneCluster
  readonly #cell: Cell
  readonly #archive: Archive
  readonly #logFrom: number
  readonly #over = new AbortController()
  #asked: readonly Asked[] = []
  #bundles: readonly Bundle[] = []
  #struck: Promise<void> | undefined
  #healedAt: number | undefined
  #settledMs: number | undefined
  #doneSince: number | undefined
  #approvedAt = new Map<string, number>()
  #prepared = false
  reached = false
  /** Why the fault could not strike. */
  failure = ''

  constructor(lane: Lane, cluster: LaneCluster, cell: Cell) {
    this.#lane = lane
    this.#cluster = cluster
    this.#cell = cell
    this.#archive = new Archive(lane.archive)
    this.#logFrom = lane.workspace.control.log().length
  }

  async carryOut(): Promise<void> {
    const { fault, point } = this.#cell
    for (const part of this.#parts()) part.forget()
    await Promise.all(this.#parts().map(part => part.up()))
    await fault.prepare?.(this.#lane, this.#cluster)
    holdSteps(
      point,
      this.#lane,
      [...'ab'].map(letter => `${this.#cluster.name}${letter}`),
    )
    this.#arm()
    const asking = askFor(this.#lane.workspace.control, this.#archive, this.#cluster, this.#over.signal).then(asked => {
      this.#asked = asked
    })
    await this.#untilSettled()
    this.#over.abort()
    await asking
    await this.#struck
    await this.#untilShown()
  }

  #parts(): readonly Part[] {
    return [this.#lane.bot, ...this.#lane.workers]
  }

  #arm(): void {
    const { point, fault } = this.#cell
    const isOutside = OUTSIDE.has(point)
    const at = isOutside ? precursorOf(point) : point
    const deed: Deed = isOutside ? 'hold' : fault.deed
    const armed = isOfBot(point) ? [this.#lane.bot] : this.#lane.workers
    for (const part of armed) part.arm({ point: at, deed, nth: 1, ms: fault.deedMs ?? 0 })
    this.#lane.onReached = part => {
      if (this.#struck) return
      for (const other of armed) if (other !== part) other.say({ say: 'disarm' })
      this.#struck = this.#strike(part, isOutside)
        .catch((error: unknown) => {
          this.failure = error instanceof Error ? error.message : String(error)
          part.say({ say: 'go' })
          this.#healedAt = performance.now()
        })
        .finally(() => releaseAll(this.#lane))
    }
  }

  async #strike(part: Part, outside: boolean): Promise<void> {
    const { point, fault } = this.#cell
    const { links, workers } = this.#lane
    const toRedis = part === this.#lane.bot ? links.bot : part === workers[0] ? links.worker1 : links.worker2
    const scene: Scene = { lane: this.#lane, cluster: this.#cluster, point, part, toRedis, outside }
    if (outside) {
      const there = watchFor(point, this.#lane, this.#cluster)
      part.say({ say: 'go' })
      await there
    }
    this.reached = true
    await fault.strike(scene)
    part.say({ say: 'go' })
    if (point !== 'W10.before') releaseSoon(this.#lane)
    await fault.heal(scene)
    await Promise.all(this.#parts().map(each => each.up()))
    this.#healedAt = performance.now()
  }

  /** Until every run of the cell is at its end and everything is healed, or the time for that is up. */
  async #untilSettled(): Promise<void> {
    const struckBy = performance.now() + REACHED_MS
    while (!this.#isSettled() && performance.now() < (this.#healedAt ?? struckBy) + SETTLES_MS) {
      await delay(LOOK_MS)
      this.#bundles = await this.#archive.tagged(this.#cluster.name)
      for (const bundle of this.#bundles) void this.#agree(bundle)
    }
    if (this.#isSettled()) this.#settledMs = performance.now() - (this.#healedAt ?? performance.now())
  }

  /** A run that is over while nothing has struck: the point was not reached, or is about to be. */
  #isSettled(): boolean {
    if (this.#bundles.length === 0 || !this.#bundles.every(isDone)) {
      this.#doneSince = undefined
      return false
    }
    this.#doneSince ??= performance.now()
    const isHopeless = !this.#struck && performance.now() - this.#doneSince > STRIKES_LATE_MS
    return this.#healedAt !== undefined || isHopeless
  }

  /** Somebody agrees, and again when nothing came of it. */
  async #agree(bundle: Bundle): Promise<void> {
    const token = openGate(bundle)
    const now = performance.now()
    if (!token || now - (this.#approvedAt.get(token) ?? Number.NEGATIVE_INFINITY) < APPROVE_AGAIN_MS) return
    this.#approvedAt.set(token, Number.POSITIVE_INFINITY)
    if (!this.#prepared) {
      this.#prepared = true
      await this.#cell.fault.beforeApproval?.(this.#lane)
    }
    const people = this.#cell.fault.bothApprove ? (['bo', 'cy'] as const) : (['bo'] as const)
    const { control } = this.#lane.workspace
    await Promise.all(people.map(who => approve(control, bundle.number, token, who).catch(() => false)))
    this.#approvedAt.set(token, performance.now())
  }

  /** Slack catches up: the card in its last form, the transcript in its thread; and the bundle is sealed. */
  async #untilShown(): Promise<void> {
    const end = performance.now() + SHOWN_MS
    const isShown = ({ number }: Bundle) => transcriptsOf(this.#lane, number) > 0
    const planned = this.#bundles.filter(({ entries }) => entries.some(({ event }) => event.type === 'planned'))
    while (performance.now() < end && !planned.every(isShown)) await delay(LOOK_MS)
    // Sealing follows the end by itself: while it does, files are put in the place of others.
    const sealsBy = performance.now() + SEALS_MS
    while (performance.now() < sealsBy && !this.#bundles.every(isSealed)) await delay(LOOK_MS)
    this.#bundles = await this.#archive.tagged(this.#cluster.name)
  }

  tidy(): void {
    this.#over.abort()
    this.#lane.onReached = () => undefined
    for (const part of this.#parts()) part.say({ say: 'disarm' })
    releaseAll(this.#lane)
    this.#lane.workspace.control.fault({ type: 'clear' })
    for (const link of [...Object.values(this.#lane.links), ...this.#cluster.links]) link.heal()
  }

  gathered() {
    return {
      lane: this.#lane,
      cluster: this.#cluster,
      asked: this.#asked,
      bundles: this.#bundles,
      logFrom: this.#logFrom,
      settledMs: this.#settledMs,
      archiveFailed: ['throw', 'archive-full'].includes(this.#cell.fault.name),
      died: this.#parts().flatMap(deaths),
    }
  }
}

function releaseSoon(lane: Lane): void {
  setTimeout(() => releaseAll(lane), 300)
}

/** A process may only end when it is told to; what could not start because Redis was away is started again, as by any supervisor. */
function deaths(part: Part): string[] {
  const sudden = part.exits.filter(({ code, wanted }) => !wanted && code !== 75)
  const words = part.log
    .split('\n')
    .filter(line => /UnhandledPromiseRejection|triggerUncaughtException|uncaughtException/.test(line))
  return [
    ...sudden.map(({ code, signal }) => `${part.name} ended by itself with ${code ?? signal}`),
    ...words.map(line => `${part.name}: ${line}`),
  ]
}

function transcriptsOf(lane: Lane, number: number): number {
  const messages = lane.workspace.control.messages()
  const card = messages.find(
    ({ bot, ephemeral, thread_ts, said }) =>
      bot && !ephemeral && !thread_ts && new RegExp(`^#${number} · `, 'm').test(said),
  )
  return messages.filter(({ thread_ts, files }) => card && thread_ts === card.ts && files.length > 0).length
}
