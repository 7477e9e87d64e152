import type { Journal } from '../runs/journal.ts'

type OnStop = (by: string) => void

/** Tells legs under way that somebody asked for their run to stop. One follower of the journal serves all of them. */
export interface StopWatch {
  /** Calls `onStop` once when the run has a stop, with the name of who wants it; the returned function ends the watch. */
  watch(run: string, onStop: OnStop): () => void
}

/** Follows the journal until `signal` fires. */
export function createStopWatch(journal: Journal, signal: AbortSignal, onError: (error: unknown) => void): StopWatch {
  const watched = new Map<string, OnStop>()
  void followStops(journal, watched, signal).catch(onError)
  return {
    watch: (run, onStop) => {
      watched.set(run, onStop)
      return () => {
        if (watched.get(run) === onStop) watched.delete(run)
      }
    },
  }
}

async function followStops(journal: Journal, watched: Map<string, OnStop>, signal: AbortSignal): Promise<void> {
  for await (const run of journal.follow(signal)) {
    const onStop = watched.get(run)
    if (!onStop) continue
    const record = await journal.load(run)
    if (!record?.state.stop) continue
    watched.delete(run)
    onStop(record.state.stop.speaker.name)
  }
}
