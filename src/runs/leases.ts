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
}
