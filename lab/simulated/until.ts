import { clusterControl, type Snapshot } from './pacemaker/control.ts'
import type { Live } from './pacemaker/engine/live.ts'

export interface UntilOptions {
  /** Real ms. */
  readonly timeoutMs: number
  /** What is waited for, for the message when it does not come: "server2 on node5". */
  readonly what: string
}

/** Looks again at every change of the cluster. */
export function until(live: Live, condition: (state: Snapshot) => boolean, options: UntilOptions): Promise<Snapshot> {
  const control = clusterControl(live)
  return new Promise((resolve, reject) => {
    const end = () => {
      live.watchers.delete(look)
      clearTimeout(limit)
    }
    const look = () => {
      const state = control.state()
      if (!condition(state)) return
      end()
      resolve(state)
    }
    const limit = setTimeout(() => {
      end()
      const { settled, controller } = control.state()
      reject(
        new Error(
          `${options.what}: not so after ${options.timeoutMs} ms (controller ${controller}, settled ${settled})`,
        ),
      )
    }, options.timeoutMs)
    live.watchers.add(look)
    look()
  })
}
