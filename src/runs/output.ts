import type { OutputRef } from './events.ts'
import type { OutputSink } from './ports.ts'

/** Where the output of one execution goes as it arrives: masked, then to disk, then hashed and counted as stored. */
export interface Recording {
  readonly sink: OutputSink
  /** Flushes, closes and tells what was stored of each stream; a stream without a byte has none. */
  finish(): Promise<{ readonly stdout?: OutputRef; readonly stderr?: OutputRef }>
}

/** Opens recordings: `output/<step>.<node>.{out,err}` in the run's folder; a second attempt gets `.2`. */
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
