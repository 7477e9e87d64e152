import type { ClientChannel } from 'ssh2'
import type { StreamName } from '../../runs/ports.ts'
import type { Connection } from './connection.ts'
import { discard, drain } from './drain.ts'

/**
 * How an exec request ended, as far as the link tells.
 * - `exited`: the channel closed with an exit code or a signal.
 * - `unlinked`: the link was gone before a channel was open, so the request was never written; safe to repeat.
 * - `full`: the host opened no channel; the request was never written either.
 * - `lost`: the request was written, and no exit was seen.
 * - `unstored`: the caller failed to take the output.
 */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number; readonly signal: string }
  | { readonly kind: 'unlinked' | 'full' | 'lost' | 'unstored'; readonly detail: string }

/** Asks for a command to be run. `then` gets the channel in time to miss none of its events. */
export function requestExec(
  connection: Connection,
  command: string,
  then: (answer: { readonly channel: ClientChannel } | { readonly ending: Ending }) => void,
): void {
  try {
    // Never a pty: with one, a broken link would kill the command half-way (§3.1).
    connection.client.exec(command, { pty: false }, (error, channel) => {
      then(error ? { ending: refusedExec(connection, error) } : { channel })
    })
  } catch (error) {
    // ssh2 throws when the link is already gone, before it writes anything.
    then({ ending: { kind: 'unlinked', detail: error instanceof Error ? error.message : String(error) } })
  }
}

/** ssh2 tells by its words alone whether the channel or the request on it failed; everything unclear counts as sent. */
function refusedExec(connection: Connection, error: Error): Ending {
  const { message } = error
  const refused = /^\(SSH\) Channel open failure: (.*)/.exec(message)
  if (refused) return { kind: 'full', detail: refused[1] ?? '' }
  if (message === 'No response from server') return { kind: 'unlinked', detail: connection.cause }
  return { kind: 'lost', detail: connection.ended.aborted ? connection.cause : 'the command was not confirmed' }
}

/** Reads both streams to their end and then waits for the close: data may follow the exit (§3.1). Never rejects. */
export async function followChannel(
  channel: ClientChannel,
  connection: Connection,
  take: (stream: StreamName, chunk: Buffer) => void | Promise<void>,
): Promise<Ending> {
  channel.on('error', () => undefined)
  const closed = new Promise<Ending>(resolve => {
    channel.once('close', (code?: number | null, signal?: string) => resolve(endingOf(connection, code, signal)))
  })
  try {
    await Promise.all([
      drain(channel, chunk => take('stdout', chunk)),
      drain(channel.stderr, chunk => take('stderr', chunk)),
    ])
  } catch (error) {
    return { kind: 'unstored', detail: error instanceof Error ? error.message : String(error) }
  }
  return await closed
}

/**
 * An exit alone is not enough: sshd may send it before the last of the output, and ssh2 tells it also when the link broke
 * in between. A status that was cut off would look whole.
 */
function endingOf(connection: Connection, code: number | null | undefined, signal: string | undefined): Ending {
  const seen = typeof code === 'number' ? `exit code ${code}` : signal
  if (connection.ended.aborted) {
    return {
      kind: 'lost',
      detail: seen ? `${connection.cause}; ${seen} came, but maybe not all output` : connection.cause,
    }
  }
  if (seen === undefined) return { kind: 'lost', detail: 'the channel was closed without an exit status' }
  return { kind: 'exited', code: code ?? -1, signal: signal ?? '' }
}

/** Gives a channel up: closes it and lets the rest of its output go by. The command itself may run on. */
export function letGo(channel: ClientChannel): void {
  discard(channel)
  discard(channel.stderr)
  channel.close()
}
