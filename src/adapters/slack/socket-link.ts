import type { SocketModeReceiver } from '@slack/bolt'
import type { Clock } from '../../runs/ports.ts'

/** One connection that is kept up: opened, watched, replaced. */
export interface Link {
  /** Whether Slack can reach us over it now. */
  up(): boolean
  readonly ended: Promise<void>
}

interface LinkParts {
  /** A fresh receiver, already bound to the app. A new one per connection, so that nothing of a broken one stays behind. */
  readonly open: () => SocketModeReceiver
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly changed: (up: boolean, error: unknown) => void
}

const HELLO_MS = 15_000
/** A connection that did not last this long counts as a failure, so that a quarrel with Slack does not become a flood. */
const LASTING_MS = 10_000
/** How long closing waits for Slack to agree that it is over. */
const CLOSING_MS = 3_000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/**
 * Keeps one socket connected until `signal` fires. Reconnecting is ours and not the SDK's: the SDK stays deaf for five seconds at
 * each of Slack's refreshes, waits minutes after an outage, and leaves a failed reconnect as an unhandled rejection that ends the
 * process (slack-platform.md §0.1, §1.2).
 */
export function keepLinked(parts: LinkParts): Link {
  let up = false
  function change(now: boolean, error: unknown = undefined): void {
    up = now
    parts.changed(now, error)
  }
  return { up: () => up, ended: keep(parts, change) }
}

async function keep(parts: LinkParts, change: (up: boolean, error?: unknown) => void): Promise<void> {
  let failures = 0
  let retired: Promise<void> = Promise.resolve()
  while (!parts.signal.aborted) {
    const receiver = parts.open()
    const over = watch(receiver, parts.signal)
    const began = parts.clock.monotonic()
    const starting = receiver.start()
    try {
      await hello(starting, parts)
      change(true)
      await over.promise
      failures = parts.clock.monotonic() - began < LASTING_MS ? failures + 1 : 0
      change(false)
    } catch (error) {
      failures += 1
      if (!parts.signal.aborted) change(false, error)
    }
    over.stop()
    retired = retire(receiver, starting, parts.clock)
    if (failures > 1) await parts.clock.sleep(backOff(failures), parts.signal)
  }
  await retired
}

/** Half a second at first, five at most, and never exactly: many bots come back at the same moment. */
function backOff(failures: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 1.3 ** failures)
  return full * (0.5 + Math.random() / 2)
}

/** Connected means that Slack has said hello. */
async function hello(starting: Promise<unknown>, parts: LinkParts): Promise<void> {
  const waiting = new AbortController()
  const signal = AbortSignal.any([parts.signal, waiting.signal])
  const late = parts.clock.sleep(HELLO_MS, signal).then(() => Promise.reject(new Error('no hello from Slack')))
  late.catch(() => undefined)
  try {
    await Promise.race([starting, late])
  } finally {
    waiting.abort()
  }
}

/** Resolves when the connection is over, or as soon as Slack says that it soon will be: its successor need not wait for the end. */
function watch(receiver: SocketModeReceiver, signal: AbortSignal): { promise: Promise<void>; stop: () => void } {
  const { promise, resolve } = withResolvers()
  const leave = (message: unknown) => (isFarewell(message) ? resolve() : undefined)
  receiver.client.on('disconnected', resolve)
  receiver.client.on('ws_message', leave)
  signal.addEventListener('abort', resolve, { once: true })
  return {
    promise,
    stop() {
      receiver.client.off('disconnected', resolve)
      receiver.client.off('ws_message', leave)
      signal.removeEventListener('abort', resolve)
    },
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>(done => {
    resolve = () => done()
  })
  return { promise, resolve: () => resolve() }
}

function isFarewell(message: unknown): boolean {
  return typeof message === 'string' && message.startsWith('{') && message.includes('"type":"disconnect"')
}

/**
 * Closes a receiver for good. The SDK goes on connecting if it is told to stop while it asks for an address, so one that comes up
 * afterwards is closed then.
 */
async function retire(receiver: SocketModeReceiver, starting: Promise<unknown>, clock: Clock): Promise<void> {
  const close = () => receiver.client.disconnect()
  const closed = starting.then(close, close).catch(() => undefined)
  close().catch(() => undefined)
  const waiting = new AbortController()
  await Promise.race([closed, clock.sleep(CLOSING_MS, waiting.signal)])
  waiting.abort()
}
