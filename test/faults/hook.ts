import { writeSync } from 'node:fs'
import type { Border, Tap } from '../../src/tap.ts'
import { type Moment, type Phase, type Point, pointsAt } from './points.ts'

/** What a process does to itself when it comes to a point. `hold`: that call waits until it is told to go on; all else goes on. */
export type Deed = 'kill' | 'stop' | 'block' | 'throw' | 'term' | 'hold' | 'note'

export interface Armed {
  readonly point: Point
  readonly deed: Deed
  /** The how-manieth time the point is reached. */
  readonly nth: number
  /** How long it blocks. */
  readonly ms: number
}

/** The line on standard output that tells of a point; written at once, so that a process can die behind it. */
export const REACHED = '@reached '

export interface Hook {
  readonly tap: Tap
  arm(armed: Armed): void
  disarm(): void
  /** Lets the held call go on. */
  go(): void
  /** Points that were passed since the start, and calls by border that go through the tap. */
  seen(): { readonly points: readonly Point[]; readonly calls: readonly string[] }
}

/** The fail points of one process: a tap whose every call asks whether something is to happen here. */
export function createHook(): Hook {
  const points = new Set<Point>()
  const calls = new Set<string>()
  let armed: Armed | undefined
  let count = 0
  let release: () => void = () => undefined

  function reach(moment: Moment): void | Promise<void> {
    calls.add(`${moment.border}.${moment.method}`)
    const here = pointsAt(moment)
    for (const point of here) points.add(point)
    if (!armed || !here.includes(armed.point) || ++count !== armed.nth) return
    const { deed, ms, point } = armed
    armed = undefined
    writeSync(1, `${REACHED}${point}\n`)
    return act(deed, ms)
  }

  function act(deed: Deed, ms: number): void | Promise<void> {
    if (deed === 'kill') process.kill(process.pid, 'SIGKILL')
    if (deed === 'stop') process.kill(process.pid, 'SIGSTOP')
    if (deed === 'term') process.kill(process.pid, 'SIGTERM')
    if (deed === 'block') busy(ms)
    // As an async function does it.
    if (deed === 'throw') return Promise.reject(new Error('an error that the fault harness put here'))
    if (deed !== 'hold') return
    return new Promise(resolve => {
      release = () => resolve()
    })
  }

  return {
    tap: (border, port) => tapped(border, port, '', reach),
    arm(wanted) {
      armed = wanted
      count = 0
    },
    disarm() {
      armed = undefined
      release()
    },
    go: () => release(),
    seen: () => ({ points: [...points], calls: [...calls] }),
  }
}

function busy(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

type Reach = (moment: Moment) => void | Promise<void>
type Callable = (...args: unknown[]) => unknown

/** The port with a point before and after each of its calls; what is not a call is as it was. */
function tapped<T extends object>(border: Border, port: T, path: string, reach: Reach): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof key === 'symbol') return value
      const method = path + key
      if (typeof value === 'function') return around(border, method, value.bind(target) as Callable, reach)
      const isGroup = border === 'slack-web' && typeof value === 'object' && value !== null
      return isGroup ? tapped(border, value, `${method}.`, reach) : value
    },
  })
}

function around(border: Border, method: string, call: Callable, reach: Reach): Callable {
  return (...args) => {
    const at = (phase: Phase) => reach({ border, method, phase, args })
    const held = at('before')
    const given = inner(border, method, args, reach)
    const result = held ? held.then(() => call(...given)) : call(...given)
    if (!(result instanceof Promise)) {
      void at('after')
      return result
    }
    return result.then(async (value: unknown) => {
      await at('after')
      return outcome(border, method, args, value, reach)
    })
  }
}

/** Calls that come back into a call: Bolt acknowledges by a function of the event. */
function inner(border: Border, method: string, args: readonly unknown[], reach: Reach): unknown[] {
  if (border !== 'slack' || method !== 'processEvent') return [...args]
  const [event, ...rest] = args as [{ ack: Callable }]
  const ack: Callable = async (...given) => {
    await reach({ border, method: 'processEvent.ack', phase: 'before', args })
    const value: unknown = await event.ack(...given)
    await reach({ border, method: 'processEvent.ack', phase: 'after', args })
    return value
  }
  return [{ ...event, ack }, ...rest]
}

/** What a call gives back may be a port itself: a recording takes the output in pieces. */
function outcome(border: Border, method: string, args: readonly unknown[], value: unknown, reach: Reach): unknown {
  if (border !== 'outputs' || method !== 'record') return value
  const recording = value as { readonly sink: Callable }
  const sink: Callable = async (...given) => {
    await reach({ border, method: 'record.sink', phase: 'before', args })
    const stored: unknown = await recording.sink(...given)
    await reach({ border, method: 'record.sink', phase: 'after', args })
    return stored
  }
  return { ...recording, sink }
}
