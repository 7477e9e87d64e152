import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { ServerChannel, Session } from 'ssh2'
import type { NodeShell } from '../shell/node-shell.ts'
import { kill } from '../shell/processes.ts'

/** Notes that a script began; the returned function notes how it ended (-1: by a signal). */
export type ExecutionLogger = (script: string) => (exitCode: number) => void

/** Carries out exec requests as sshd does: no terminal, both streams, exit status or signal, and a drop ends nothing. */
export function serveExec(session: Session, shell: NodeShell, log: ExecutionLogger): void {
  let running: ChildProcessWithoutNullStreams | undefined
  session.on('exec', (accept, reject, { command }) => {
    if (running) return reject?.()
    const ended = log(command)
    const child = shell.start(command, '')
    running = child
    connect(accept(), child, ended)
  })
  session.on('signal', (accept, reject, { name }) => {
    const signal = SIGNALS.find(known => known === `SIG${name}`)
    if (running?.pid === undefined || running.exitCode !== null || !signal) return reject?.()
    kill(-running.pid, signal)
    accept?.()
  })
}

const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGABRT',
  'SIGALRM',
  'SIGHUP',
  'SIGINT',
  'SIGKILL',
  'SIGPIPE',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
]

function connect(
  channel: ServerChannel,
  child: ChildProcessWithoutNullStreams,
  ended: (exitCode: number) => void,
): void {
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  // The far side may be gone, and so may the child: neither is news here.
  for (const stream of [channel, child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined)
  child.on('error', () => channel.close())
  child.on('exit', (code, signal) => {
    ended(code ?? -1)
    if (!channel.writable) return
    if (code === null) channel.exit(signal?.slice(3) ?? 'KILL')
    else channel.exit(code)
  })
  // Background processes that hold the streams keep the channel open, as with sshd.
  child.on('close', () => channel.end())
  channel.on('close', () => {
    child.stdin.destroy()
    child.stdout.destroy()
    child.stderr.destroy()
  })
}
