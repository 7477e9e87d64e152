import { execFile } from 'node:child_process'

export interface Answer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  /** After this the command is killed and the promise rejects; default 30 s. */
  readonly limitMs?: number
  readonly signal?: AbortSignal | undefined
}

/** What the lab's commands see: Debian keeps half of them in sbin, and answers are read in the C locale. */
export const LAB_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

/** Runs a program without a shell. A non-zero exit is an answer; rejects when it cannot be started, is aborted or exceeds its limit. */
export function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<Answer> {
  const { limitMs = 30_000, signal } = options
  const settings = {
    timeout: limitMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 << 20,
    env: LAB_ENVIRONMENT,
    signal,
  } as const
  return new Promise((resolve, reject) => {
    execFile(file, [...args], settings, (error, stdout, stderr) => {
      if (!error) return resolve({ exitCode: 0, stdout, stderr })
      if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout, stderr })
      const why = error.killed ? `was killed after ${limitMs} ms` : error.message
      reject(new Error(`"${[file, ...args].join(' ')}" ${why}. ${stderr}`.trim(), { cause: error }))
    })
  })
}

/** As `run`, but a non-zero exit rejects too. Returns what was printed. */
export async function must(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const answer = await run(file, args, options)
  if (answer.exitCode === 0) return answer.stdout
  throw new Error(
    `"${[file, ...args].join(' ')}" ended with ${answer.exitCode}: ${answer.stderr || answer.stdout}`.trim(),
  )
}
