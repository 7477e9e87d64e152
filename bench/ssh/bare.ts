import { once } from 'node:events'
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

/** Connects and logs in. `noDelay` is what ssh2 leaves to its user. */
export async function connectBare(login: Login, { noDelay }: { readonly noDelay: boolean }): Promise<BareConnection> {
  const client = new ssh2.Client()
  const ready = once(client, 'ready')
  client.connect({
    host: login.host,
    port: login.port,
    username: login.user,
    privateKey: login.privateKey,
    hostVerifier: (key: Buffer) => key.equals(login.hostKey),
  })
  await ready
  if (noDelay) client.setNoDelay(true)
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
