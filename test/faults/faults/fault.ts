import type { Deed } from '../hook.ts'
import type { Lane, LaneCluster } from '../lane/lane.ts'
import type { Link } from '../lane/link.ts'
import type { Part } from '../lane/part.ts'
import type { Point } from '../points.ts'

/** Where a fault strikes. */
export interface Scene {
  readonly lane: Lane
  readonly cluster: LaneCluster
  readonly point: Point
  /** The process that came to the point. */
  readonly part: Part
  /** Its link to Redis. */
  readonly toRedis: Link
  /** The process is held at the point, so what it has to do with it was not done by itself. */
  readonly outside: boolean
}

/** Something that goes wrong at a point, and goes right again. */
export interface Fault {
  readonly name: string
  readonly what: string
  /** What the process at the point does to itself; `hold`: it waits there until the fault has struck. */
  readonly deed: Deed
  readonly deedMs?: number
  /** Points where it makes sense. */
  fits(point: Point): boolean
  /** Before anything is asked for. */
  prepare?(lane: Lane, cluster: LaneCluster): Promise<void>
  /** Just before the approval. */
  beforeApproval?(lane: Lane): Promise<void>
  /** Bo and Cy agree in the same moment. */
  readonly bothApprove?: boolean
  /** Struck at the point. A held process goes on when it resolves. */
  strike(scene: Scene): Promise<void>
  /** After the held process went on: resolves when everything is well again. */
  heal(scene: Scene): Promise<void>
  /** What it needs that this computer may not have; undefined when it can be done here. */
  missing?(): string | undefined
}

/** Passed by the bot; all others by a worker. */
export const isOfBot = (point: Point): boolean => /^G|^A[2345]/.test(point)
/** The change may be under way on the node. */
export const isAtNode = (point: Point): boolean => /^W([4-9]|1[01])\./.test(point)
