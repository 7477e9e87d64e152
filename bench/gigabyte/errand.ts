import type { Nodes } from '../ssh/nodes.ts'

/** What a reader is started for, as JSON in its environment. */
export interface Errand {
  readonly as: 'ours' | 'bare'
  readonly nodes: Pick<Nodes, 'nodes' | 'ssh'>
  readonly folder: string
  readonly bytes: number
}

/** What a reader says when it is done, as one line of JSON. */
export interface Report {
  readonly ms: number
  readonly bytes: number
  /** Of what was stored, or read. */
  readonly sha256: string
  /** Resident memory before it began, and at most. */
  readonly beforeMb: number
  readonly peakMb: number
}
