import { setTimeout as delay } from 'node:timers/promises'
import { HASTE } from '../lane/lane.ts'
import { INSIDE } from '../points.ts'
import type { Fault } from './fault.ts'

/** Longer than a lock: another worker has taken over meanwhile. */
const STILL_MS = (HASTE.lockMs ?? 0) + 1_500

const HOUR_MS = 3_600_000
const WRONG_MS = 1_500

const nothing = async (): Promise<void> => undefined

/** What happens to a process. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill',
    what: 'kill -9 of the process',
    deed: 'kill',
    fits: () => true,
    strike: async ({ part, outside }) => (outside ? part.signal('SIGKILL') : part.expectEnd()),
    heal: async ({ part }) => await part.up(),
  },
  {
    name: 'stop',
    what: 'the process is stopped for longer than its lock, then goes on',
    deed: 'stop',
    fits: () => true,
    async strike({ part, outside }) {
      if (outside) part.signal('SIGSTOP')
      await delay(STILL_MS)
      part.signal('SIGCONT')
    },
    heal: nothing,
  },
  {
    name: 'block',
    what: 'the event loop is blocked for longer than the lock',
    deed: 'block',
    deedMs: STILL_MS,
    fits: () => true,
    async strike({ part, outside }) {
      if (outside) part.say({ say: 'block', ms: STILL_MS })
      await delay(STILL_MS)
    },
    heal: nothing,
  },
  {
    name: 'term',
    what: 'SIGTERM, as at a deployment, and a new process',
    deed: 'term',
    fits: () => true,
    strike: async ({ part, outside }) => (outside ? part.signal('SIGTERM') : part.expectEnd()),
    heal: async ({ part }) => {
      await part.ended()
      await part.up()
    },
  },
  ...[2, -2].map(
    (hours): Fault => ({
      name: hours > 0 ? 'clock-ahead' : 'clock-behind',
      what: `the clock of the process jumps by ${hours} hours, and back`,
      deed: 'hold',
      fits: () => true,
      strike: async ({ part }) => part.say({ say: 'clock', ms: hours * HOUR_MS }),
      async heal({ part }) {
        await delay(WRONG_MS)
        part.say({ say: 'clock', ms: 0 })
      },
    }),
  ),
  {
    name: 'throw',
    what: 'the call throws, where nobody expects it',
    deed: 'throw',
    // What it has written, `append` answers for: it never throws behind that.
    fits: point => INSIDE.has(point) && point !== 'G3.after',
    strike: nothing,
    heal: nothing,
  },
]
