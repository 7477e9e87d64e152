import { once } from 'node:events'
import { connect } from 'node:net'
import ssh2 from 'ssh2'
import type { Login } from './login.ts'

/** What a command came to. */
export interface Done {
  readonly exitCode: number
  readonly stdoutBytes: number
}

/** The peer: one ssh2 connection as its README shows it, and nothing around it. */
export interface BareConnection {
  exec(command: string): Promise<Done>
  close(): Promise<void>
}

/** When Nagle's algorithm is turned off, which ssh2 leaves to its user: before the handshake, after the login, or not at all. */
export type NoDelay = 'at once' | 'when ready' | 'never'

/** Connects and logs in. */
export async function connectBare(login: Login, noDelay: NoDelay): Promise<BareConnection> {
  const client = new ssh2.Client()
  const ready = once(client, 'ready')
  const socket = connect({ host: login.host, port: login.port })
  if (noDelay === 'at once') socket.setNoDelay(true)
  client.connect({
    sock: socket,
    username: login.user,
    privateKey: login.privateKey,
    hostVerifier: (key: Buffer) => key.equals(login.hostKey),
  })
  await ready
  if (noDelay === 'when ready') client.setNoDelay(true)
  return {
    exec: command => exec(client, command),
    async close() {
      const closed = once(client, 'close')
      client.end()
      await closed
    },
  }
}

function exec(client: ssh2.Client, command: string): Promise<Done> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      let stdoutBytes = 0
      channel.on('data', (chunk: Buffer) => {
        stdoutBytes += chunk.length
      })
      channel.stderr.resume()
      channel.on('close', (code?: number | null) => resolve({ exitCode: code ?? -1, stdoutBytes }))
    })
  })
}
