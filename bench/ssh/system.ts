import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Done } from './bare.ts'
import type { Login } from './login.ts'

/** Nothing of this computer's own settings, nobody to ask, the host key pinned: as our connections are. */
export function sshArguments(login: Login, more: readonly string[] = []): string[] {
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${login.knownHostsFile}`,
    'IdentitiesOnly=yes',
    ...more,
  ]
  const options = settings.flatMap(setting => ['-o', setting])
  return [
    '-F',
    'none',
    '-T',
    '-i',
    login.identityFile,
    '-p',
    String(login.port),
    ...options,
    `${login.user}@${login.host}`,
  ]
}

/** A command by the ssh of this computer. */
export async function runSsh(args: readonly string[]): Promise<Done> {
  const child = spawn('ssh', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let stdoutBytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length
  })
  const [exitCode] = await once(child, 'close')
  return { exitCode: exitCode ?? -1, stdoutBytes }
}

export interface ControlMaster {
  exec(command: string): Promise<Done>
  close(): Promise<void>
}

/** An ssh that stays in the background (ControlMaster) and whose connection later calls share. `socket` is a short path. */
export async function startControlMaster(login: Login, socket: string): Promise<ControlMaster> {
  const path = `ControlPath=${socket}`
  // -f leaves the foreground as soon as it is logged in; the master would keep a pipe open for ever.
  const master = spawn('ssh', ['-f', '-N', ...sshArguments(login, [path, 'ControlMaster=yes'])], { stdio: 'ignore' })
  const [exitCode] = await once(master, 'exit')
  if (exitCode !== 0) throw new Error(`ssh with ControlMaster ended with ${exitCode}`)
  return {
    exec: command => runSsh([...sshArguments(login, [path, 'ControlMaster=no']), command]),
    close: async () => {
      await runSsh(['-O', 'exit', ...sshArguments(login, [path])])
    },
  }
}
