/** The bounds of the SSH adapter; every number has its reason in ssh-and-remote-execution.md §3.1. */
export interface SshLimits {
  /** TCP connect, handshake and login together. */
  readonly readyTimeoutMs: number
  /** A dead peer is noticed after interval × (count + 1). */
  readonly keepaliveIntervalMs: number
  readonly keepaliveCount: number
  /** A connection that carried nothing for so long is closed. */
  readonly idleMs: number
  /** Executions on one node at a time; sshd's MaxSessions is 10. */
  readonly channelsPerNode: number
  /** Simultaneous connects to one sshd, below its MaxStartups of 10. */
  readonly connectsPerHost: number
  /** Simultaneous connects through one jump host: forwarded, so no MaxStartups there, but its processor. */
  readonly connectsPerJump: number
  /** Simultaneous handshakes in this process: more only makes each one slower. */
  readonly connectsOverall: number
  /** Connects before giving up, when the host hangs up before the handshake. */
  readonly connectAttempts: number
  /** First pause between those; doubled each time, with jitter. */
  readonly connectPauseMs: number
  /** After a refused login the node is left alone for so long: sshd 9.8 and later punishes whoever keeps trying. */
  readonly loginPauseMs: number
}

export const DEFAULT_LIMITS: SshLimits = {
  readyTimeoutMs: 15_000,
  keepaliveIntervalMs: 5_000,
  keepaliveCount: 3,
  idleMs: 5 * 60_000,
  channelsPerNode: 9,
  connectsPerHost: 5,
  connectsPerJump: 16,
  connectsOverall: 32,
  connectAttempts: 4,
  connectPauseMs: 200,
  loginPauseMs: 5_000,
}
