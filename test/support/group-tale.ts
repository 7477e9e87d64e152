import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/adapters/clock.ts'
import { openShell } from '../../src/app/worker.ts'
import type { Core } from '../../src/app.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { createStatusReader } from '../../src/workers/status-reader.ts'

/** What a cluster says, looked at again and again until it is stopped; each line once until the next one differs. */
export interface Tale {
  /** What was seen up to now. */
  readonly lines: readonly string[]
  stop(): Promise<readonly string[]>
}

export interface TaleWanted {
  readonly core: Core
  readonly cluster: string
  /** What to say of a status; "" for nothing. */
  readonly say: (status: ClusterStatus) => string
  readonly everyMs: number
}

/** Looks at a cluster as ha-bot does, over connections of its own. */
export function watchCluster({ core, cluster, say, everyMs }: TaleWanted): Tale {
  const shell = openShell(core)
  const reader = createStatusReader({ inventory: core.config.inventory, shell, clock: systemClock })
  const stopped = new AbortController()
  const lines: string[] = []
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      const reading = await reader.read(cluster, AbortSignal.timeout(30_000))
      const line = reading.ok ? say(reading.value) : ''
      if (line !== '' && line !== lines.at(-1)) lines.push(line)
      await pause(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()
  return {
    lines,
    async stop() {
      stopped.abort()
      await watching
      return lines
    },
  }
}
