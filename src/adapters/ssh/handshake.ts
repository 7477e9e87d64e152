import type { Duplex } from 'node:stream'
import type { Client, ConnectConfig } from 'ssh2'
import type { Stage } from './refusals.ts'

/** Why a client did not become ready; `error` is absent when the far side just closed. */
export interface HandshakeFailure {
  readonly stage: Stage
  readonly error?: Error & { readonly level?: string }
}

/**
 * Connects and logs in. Resolves with nothing when the client is ready, else with the first thing that went wrong.
 * The error listener stays for good: an `error` event without one would end the process.
 */
export function handshake(
  client: Client,
  config: ConnectConfig & { readonly sock: Duplex },
  signal: AbortSignal,
): Promise<HandshakeFailure | undefined> {
  let stage: Stage = 'connecting'
  let settled = false
  return new Promise(resolve => {
    function settle(failure?: HandshakeFailure): void {
      if (settled) return
      settled = true
      signal.removeEventListener('abort', abort)
      if (failure) config.sock.destroy()
      resolve(failure)
    }
    function abort(): void {
      settle({ stage, error: new Error('ha-bot is shutting down') })
    }
    client.once('connect', () => {
      stage = 'handshake'
    })
    client.once('handshake', () => {
      stage = 'login'
    })
    client.once('ready', () => settle())
    client.on('error', error => settle({ stage, error }))
    client.once('close', () => settle({ stage }))
    signal.addEventListener('abort', abort, { once: true })
    try {
      client.connect(config)
    } catch (error) {
      settle({ stage, error: error instanceof Error ? error : new Error(String(error)) })
    }
  })
}
