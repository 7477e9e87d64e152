/** A change that really began on a node: what the product says is compared with this. */
export interface ReallyBegan {
  readonly operation: string
  readonly node: string
  readonly epoch: number
  readonly at: number
  /** Undefined while it goes on, and for good when the node went down under it. */
  endedAt?: number
  exitCode?: number
}

export interface ReallyPrinted {
  readonly out: Buffer
  readonly err: Buffer
}

/** Words that a person was answered. */
export interface Answered {
  readonly at: number
  readonly what: 'request' | 'decide' | 'stop' | 'resume' | 'mark-done' | 'take-over'
  readonly person: string
  /** The run, or the dedupe key of a request. */
  readonly about: string
  /** The run that was named in the answer. */
  readonly run: string
  /** `taken`: said to be accepted; `refused`: said to be NOT accepted; `open`: no answer, or one that leaves it open. */
  readonly answer: 'taken' | 'refused' | 'open'
}

/** What is true of a schedule, kept outside of everything the product can see. */
export class Truth {
  readonly began: ReallyBegan[] = []
  readonly answered: Answered[] = []
  /** By operation: the files on its node. */
  readonly printed = new Map<string, () => ReallyPrinted>()
}
