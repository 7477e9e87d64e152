import type { OutputRef } from './events.ts'
import type { OutputSink } from './ports.ts'

/** What is stored of one execution. A stream of which no byte is stored has no reference. */
export interface Recorded {
  readonly stdout?: OutputRef
  readonly stderr?: OutputRef
  /**
   * In words, what is missing and why: `only 4096 of 9000 bytes of stdout are stored: no space left on device`. What the references
   * name is the beginning then. Undefined when all of it is stored, on disk.
   */
  readonly lost?: string
}

/**
 * Where the output of one execution goes as it arrives: masked, then to disk, then hashed and counted as stored. Never rejects: a command
 * that is under way must not come to harm because nobody can keep what it says.
 */
export interface Recording {
  /** Goes on taking bytes when they cannot be stored any more. */
  readonly sink: OutputSink
  /** Flushes, closes and tells what was stored of each stream. */
  finish(): Promise<Recorded>
}

/**
 * Opens recordings: `output/<step>.<node>.{out,err}` in the run's folder; a second attempt gets `.2`. Each has files of its own, that
 * nobody else writes: where a worker before has left one of that name, it is `output/<step>.<node>~2.out`.
 */
export interface OutputArchive {
  record(of: {
    readonly run: string
    readonly number: number
    readonly step: string
    readonly host: string
    readonly attempt: number
    readonly again: boolean
  }): Promise<Recording>
  /** The stored bytes of one stream, masked as they are on disk, up to `limit` bytes from the start. */
  read(
    run: string,
    number: number,
    file: string,
    limit: number,
  ): Promise<{ readonly bytes: Buffer; readonly total: number }>
}
