import type { Opened } from './journal.ts'

export interface Holder extends Opened {
  /** ms since the epoch, by Redis TIME. */
  readonly since: number
}

export type Take = { readonly taken: true; readonly epoch: number } | ({ readonly taken: false } & Holder)

/** The right to change one cluster: one run holds it, and its epoch only grows. */
export interface Leases {
  take(cluster: string, holder: Opened, since: number): Promise<Take>
  /** Does nothing unless this run still holds it at this epoch. */
  release(cluster: string, run: string, epoch: number): Promise<void>
  holder(cluster: string): Promise<(Holder & { readonly epoch: number }) | undefined>
  /**
   * A new epoch, higher than any at which this run held the cluster, for fencing it off; the cluster is free if the run still held it. The
   * same question gives the same epoch again, unless the run took the cluster once more in between.
   */
  bump(cluster: string, run: string): Promise<number>
  /** Gives the cluster back to a run that held it before Redis forgot. `taken: false` names who has it now instead. */
  restore(cluster: string, holder: Holder, epoch: number): Promise<Take>
  /** Epochs up to this one are not given away again. Returns the highest one given away, or kept from being so. */
  raise(cluster: string, epoch: number): Promise<number>
}
