import type { Workspace } from '../../lab/slack/workspace.ts'
import { systemClock } from '../../src/adapters/clock.ts'

export interface VolleyOptions {
  readonly commands: number
  readonly everyMs: number
  /** When the first one is typed, on the monotonic clock. */
  readonly startAtMs: number
  /** How every acknowledgement must begin; another one means that something else was measured. */
  readonly expected: string
  readonly signal: AbortSignal
}

const PEOPLE = ['U0ANA', 'U0BO', 'U0CY'] as const

/**
 * Types `/ha failover server2` at a steady pace, whether or not earlier ones have been acknowledged. Times in ms, from the moment the
 * workspace sends a command to the moment it has shown the acknowledgement. Rejects when one is missing or not the expected one.
 */
export async function volley(workspace: Workspace, options: VolleyOptions): Promise<readonly number[]> {
  const { commands, everyMs, startAtMs, signal } = options
  const underWay: Promise<number>[] = []
  for (let index = 0; index < commands; index++) {
    await systemClock.sleep(startAtMs + index * everyMs - performance.now(), signal)
    signal.throwIfAborted()
    underWay.push(one(workspace, PEOPLE[index % PEOPLE.length] ?? PEOPLE[0], options.expected))
  }
  return await allOf(underWay)
}

async function one(workspace: Workspace, user: string, expected: string): Promise<number> {
  const typedAt = performance.now()
  const done = await workspace.control.command({ user, channel: 'C0HA', text: '/ha failover server2' })
  const ms = performance.now() - typedAt
  if (!done.ok) throw new Error(`a command was not acknowledged: ${done.error}`)
  const said = String(done.ack['text'])
  if (!said.startsWith(expected)) throw new Error(`a command was answered "${said}", not "${expected}…"`)
  return ms
}

/** Waits for all of them even when one has failed: none may be left behind. */
async function allOf(underWay: readonly Promise<number>[]): Promise<readonly number[]> {
  await Promise.allSettled(underWay)
  return await Promise.all(underWay)
}
