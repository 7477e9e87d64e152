import { spawn } from 'node:child_process'
import { bad, good, type Result } from '../../problem.ts'

export interface KeygenCall {
  readonly args: readonly string[]
  readonly stdin: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
}

export interface KeygenAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs ssh-keygen; a problem only when it is not there or does not end. */
export async function runSshKeygen({ args, stdin, env, timeoutMs }: KeygenCall): Promise<Result<KeygenAnswer>> {
  const child = spawn('ssh-keygen', args, { env, timeout: timeoutMs, killSignal: 'SIGKILL' })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      output[name] += text
    })
  }
  child.stdin.on('error', () => undefined) // it may end before it has read everything; its exit code says why
  child.stdin.end(stdin)
  return await new Promise(resolve => {
    child.once('error', error => resolve(bad(notStarted(error))))
    child.once('close', code => resolve(code === null ? bad(tooSlow(timeoutMs)) : good({ exitCode: code, ...output })))
  })
}

function notStarted(error: Error) {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return {
    code: 'no-ssh-keygen',
    message: isMissing ? 'ssh-keygen is not installed here.' : `ssh-keygen could not be started: ${error.message}.`,
    next: 'Signatures of people need it: install openssh-client (8.2 or later).',
  }
}

function tooSlow(timeoutMs: number) {
  return {
    code: 'ssh-keygen-timed-out',
    message: `ssh-keygen did not end within ${timeoutMs / 1000} s; it may have waited for a passphrase or a touch of the key.`,
    next: 'Try again, or load the key into ssh-agent first.',
  }
}
