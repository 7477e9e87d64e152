import type { ClientChannel } from 'ssh2'
import type { Clock } from '../../runs/ports.ts'
import type { Connection } from './connection.ts'
import type { Endpoint } from './endpoint.ts'
import { unlessAborted } from './patience.ts'
import { jumpFailed, type Refusal } from './refusals.ts'

/** A TCP connection to `endpoint`, opened by the jump host; bounded by `limitMs`, because sshd waits for minutes. */
export async function forwardThrough(
  jump: Connection,
  endpoint: Endpoint,
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
): Promise<{ channel: ClientChannel } | { refusal: Refusal }> {
  const answered = new AbortController()
  const opened = openForward(jump, endpoint)
  const late = clock.sleep(limitMs, answered.signal).then(() => 'no answer in time')
  const result = (await unlessAborted(Promise.race([opened, late]), signal)) ?? 'ha-bot is shutting down'
  answered.abort()
  if (typeof result !== 'string') return { channel: result }
  void opened.then(channel => typeof channel === 'string' || channel.destroy())
  return { refusal: jumpFailed(endpoint, result) }
}

function openForward(jump: Connection, { host, port }: Endpoint): Promise<ClientChannel | string> {
  return new Promise(resolve => {
    try {
      jump.client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => resolve(error ? error.message : channel))
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error))
    }
  })
}
