import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface ChildOptions {
  /** For messages: `the bot`. */
  readonly name: string
  /** A TypeScript file of this repository, then its arguments. */
  readonly run: readonly [file: string, ...rest: string[]]
  readonly env: Readonly<Record<string, string | undefined>>
  /** It is up as soon as its standard output holds this. */
  readonly upWhen: string
}

export interface Child {
  readonly pid: number
  /** SIGKILL, at once. */
  kill(): Promise<void>
  /** Asks it to end, and makes it after a while. */
  close(): Promise<void>
}

type Process = ChildProcessByStdio<null, Readable, Readable>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const UP_MS = 30_000
const END_MS = 10_000
const KEPT_CHARACTERS = 4_000

/** Starts one of our programs as a process of its own. Rejects with what it complained about when it does not come up. */
export async function startChild({ name, run, env, upWhen }: ChildOptions): Promise<Child> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...run], {
    cwd: ROOT,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complained = ''
  child.stderr.on('data', chunk => {
    complained = `${complained}${chunk}`.slice(-KEPT_CHARACTERS)
  })
  if (await says(child, upWhen))
    return { pid: child.pid ?? 0, kill: () => end(child, 'SIGKILL'), close: () => end(child) }
  await end(child)
  throw new Error(`${name} did not come up: ${complained || 'it said nothing'}`)
}

async function says(child: Process, words: string): Promise<boolean> {
  const limits = { signal: AbortSignal.timeout(UP_MS), close: ['end'] }
  let said = ''
  try {
    for await (const [chunk] of on(child.stdout, 'data', limits)) {
      said = `${said}${chunk}`.slice(-KEPT_CHARACTERS)
      if (said.includes(words)) return true
    }
    return false
  } catch {
    return false
  } finally {
    child.stdout.resume()
  }
}

async function end(child: Process, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS)
  await exited
  clearTimeout(late)
}
