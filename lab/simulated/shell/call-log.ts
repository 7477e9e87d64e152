/** One call of a tool on a node. */
export interface LoggedCall {
  readonly node: string
  /** Tool and arguments. */
  readonly argv: readonly string[]
  /** What CIB_file named; "" for the live cluster. */
  readonly cibFile: string
  /** When it came, in ms since the epoch. */
  readonly at: number
  /** undefined while it has not been answered. */
  exitCode: number | undefined
}

/** One script that came over SSH. */
export interface LoggedExecution {
  readonly node: string
  readonly script: string
  readonly at: number
  /** undefined while it runs; -1 when a signal ended it. */
  exitCode: number | undefined
}
