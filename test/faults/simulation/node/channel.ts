/** The node's end of one exec request. */
export interface Channel {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  exit(code: number): void
  /** Calls `act` when the link is gone, as sshd notices it. */
  onHangUp(act: () => void): void
}

/** What arrives at a node: the words of a call, or a script with its standard input. */
export interface Arrived {
  readonly words: readonly string[]
  readonly script: string
  readonly stdin: Buffer | undefined
}
