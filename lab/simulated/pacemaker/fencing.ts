/** One fencing action as the fencer remembers it. Times in ms since the epoch. */
export interface FenceEvent {
  readonly action: 'reboot' | 'off'
  readonly target: string
  /** Who asked: `pacemaker-controld.1411` or `stonith_admin.4242`. */
  readonly client: string
  readonly origin: string
  readonly status: 'success' | 'failed' | 'pending'
  readonly delegate: string
  readonly completedAt: number
  /** Why it failed, or "". */
  readonly reason: string
}
