import type { Job as QueuedJob } from '../../../../src/workers/job.ts'

/** A job of the queue. A job that has ended stays: its id is taken for ever. */
export interface Job {
  readonly id: string
  readonly data: QueuedJob
  readonly order: number
  readonly state: 'waiting' | 'active' | 'ended'
  readonly holder: string
  readonly lockedUntil: number
}

type Fields = Readonly<Record<string, string>>

/** What Redis holds. All values are immutable, so that a copy of the maps is a backup. */
export class Data {
  /** Bodies of the entries; the one with id `n-0` is the n-th. */
  readonly streams: Map<string, readonly string[]>
  readonly strings: Map<string, string>
  readonly hashes: Map<string, Fields>
  readonly sets: Map<string, ReadonlySet<string>>
  readonly scores: Map<string, ReadonlyMap<string, number>>
  readonly jobs: Map<string, Job>

  constructor(of?: Data) {
    this.streams = new Map(of?.streams)
    this.strings = new Map(of?.strings)
    this.hashes = new Map(of?.hashes)
    this.sets = new Map(of?.sets)
    this.scores = new Map(of?.scores)
    this.jobs = new Map(of?.jobs)
  }

  number(key: string): number {
    return Number(this.strings.get(key) ?? '0')
  }

  field(key: string, name: string): string | undefined {
    return this.hashes.get(key)?.[name]
  }
}
