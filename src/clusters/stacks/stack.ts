import type { Result } from '../../problem.ts'
import type { ClusterStatus } from '../status.ts'

/** One question to a node: a read-only POSIX sh script. The caller puts LC_ALL=C and a PATH with sbin in front of it. */
export interface Query {
  readonly name: string
  readonly script: string
  readonly timeoutMs: number
  /** An answer longer than this is refused, never parsed in part. */
  readonly maxBytes: number
}

/** What came back for one query. A node that could not be asked is the caller's business: it has no answers. */
export interface Answer {
  readonly stdout: string
  readonly stderr: string
  /** Kept for messages only: no reader concludes anything from an exit code (ha-stacks.md §2). */
  readonly exitCode: number
  /** Not all of it was kept. */
  readonly truncated: boolean
}

/** Answers by the name of their query; all of one node, asked at the same time. */
export type Answers = Readonly<Record<string, Answer>>

export interface ReadingContext {
  readonly cluster: string
  /** The node that was asked. */
  readonly node: string
  /** All nodes that the inventory names, in its order. */
  readonly nodes: readonly string[]
  /** When the last answer was complete, ISO 8601 in UTC. */
  readonly readAt: string
}

/** How the status of one stack is read: what to ask a node, and what its answers mean. */
export interface StackReader {
  readonly queries: readonly Query[]
  /** How many nodes are asked at once: two witnesses, or all of them where a node knows its own part alone. */
  readonly asks: 'two' | 'all'
  /** Refuses what is cut off, incomplete or not understood: a status is read, never guessed. */
  parse(answers: Answers, context: ReadingContext): Result<ClusterStatus>
  /**
   * Several nodes' readings, at least one, as one. Nodes that contradict each other are a problem, never a choice. `silent`: nodes that
   * were asked and gave no reading.
   */
  combine(readings: readonly ClusterStatus[], silent: readonly string[]): Result<ClusterStatus>
}
