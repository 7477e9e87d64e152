import { createServer, type Server as NetServer, type Socket } from 'node:net'
import ssh2, { type AuthContext, type Connection, type Session } from 'ssh2'
import type { NodeShell } from '../shell/node-shell.ts'
import { type ExecutionLogger, serveExec } from './exec.ts'

/** OpenSSH's default: exec channels on one connection. */
const MAX_SESSIONS = 10

export interface NodeServer {
  readonly port: number
  start(): Promise<void>
  /** Stops listening and drops every connection. What runs, runs on. */
  stop(): Promise<void>
  dropConnections(): void
}

export interface NodeServerOptions {
  readonly hostKey: string
  readonly user: string
  /** The one key that may log in, in OpenSSH's format. */
  readonly clientKey: string
  readonly shell: NodeShell
  readonly log: ExecutionLogger
}

/** An SSH server for one node: one key, exec channels only. It keeps its port when it is stopped and started again. */
export async function nodeServer(options: NodeServerOptions): Promise<NodeServer> {
  const ssh = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_9.2p1 Debian-2+deb12u3' }, connection =>
    serve(connection, options),
  )
  const sockets = new Set<Socket>()
  const listener = createServer(socket => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    ssh.injectSocket(socket)
  })
  const port = await listen(listener, 0)
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy()
  }
  // One after the other: a listener that is still starting cannot be closed.
  let latest: Promise<unknown> = Promise.resolve()
  const inTurn = async (step: () => Promise<unknown>) => {
    const before = latest
    latest = before.then(step, step)
    await latest
  }
  return {
    port,
    dropConnections,
    async start() {
      await inTurn(async () => listener.listening || (await listen(listener, port)))
    },
    async stop() {
      dropConnections()
      await inTurn(async () => {
        if (!listener.listening) return
        const closed = new Promise<void>(resolve => listener.close(() => resolve()))
        dropConnections()
        await closed
      })
    },
  }
}

function listen(listener: NetServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(port, '127.0.0.1', () => {
      listener.off('error', reject)
      const address = listener.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function serve(connection: Connection, options: NodeServerOptions): void {
  let sessions = 0
  connection.on('error', () => connection.end())
  connection.on('authentication', context => authenticate(context, options))
  connection.on('session', (accept, reject) => {
    if (sessions >= MAX_SESSIONS) return reject()
    sessions += 1
    serveSession(accept(), options, () => {
      sessions -= 1
    })
  })
  connection.on('tcpip', (_accept, reject) => reject())
  connection.on('request', (_accept, reject) => reject?.())
}

function authenticate(context: AuthContext, options: NodeServerOptions): void {
  if (mayLogIn(context, options)) context.accept()
  else context.reject(['publickey'])
}

/** Only the one key, and only with its signature; the question "would this key do" is answered like sshd does. */
function mayLogIn(context: AuthContext, options: NodeServerOptions): boolean {
  if (context.method !== 'publickey' || context.username !== options.user) return false
  const allowed = ssh2.utils.parseKey(options.clientKey)
  if (allowed instanceof Error || Array.isArray(allowed)) return false
  if (context.key.algo !== allowed.type || !context.key.data.equals(allowed.getPublicSSH())) return false
  if (context.signature === undefined || context.blob === undefined) return true
  return allowed.verify(context.blob, context.signature, context.hashAlgo) === true
}

function serveSession(session: Session, options: NodeServerOptions, ended: () => void): void {
  session.on('pty', (_accept, reject) => reject?.())
  session.on('shell', (_accept, reject) => reject?.())
  session.on('sftp', (_accept, reject) => reject?.())
  session.on('subsystem', (_accept, reject) => reject?.())
  session.on('env', (_accept, reject) => reject?.())
  session.on('x11', (_accept, reject) => reject?.())
  session.on('auth-agent', (_accept, reject) => reject?.())
  session.on('close', ended)
  serveExec(session, options.shell, options.log)
}
