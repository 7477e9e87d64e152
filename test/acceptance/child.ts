import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIMIT_MS = 60_000

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Child {
  readonly process: ChildProcess
  /** What it has said so far. */
  readonly said: () => string
  /** Resolves once standard output has this; rejects when it ends without, or at the time limit. */
  says(words: string): Promise<void>
  readonly ended: Promise<Ran>
}

/** Starts a TypeScript entry of this repository as its own process, as a person would. Ended with SIGKILL at the time limit. */
export function start(entry: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }))
  return { process: child, said: () => stdout, says: words => says(child, () => stdout, ended, words), ended }
}

async function says(child: ChildProcess, said: () => string, ended: Promise<Ran>, words: string): Promise<void> {
  const over = new AbortController()
  const late = ended.then(({ stdout, stderr }) => {
    if (!stdout.includes(words)) throw new Error(`it ended without saying "${words}":\n${stdout}\n${stderr}`)
  })
  const heard = async () => {
    while (!said().includes(words) && child.stdout) await once(child.stdout, 'data', { signal: over.signal })
  }
  try {
    await Promise.race([heard(), late])
  } finally {
    over.abort()
    late.catch(() => undefined)
  }
}

/** Where tsx keeps what it has compiled: not the child's, and shared so that each does not compile everything anew. */
const COMPILED = `tsx-${process.getuid?.() ?? ''}`

/** A folder that a child takes for the temporary folder of its computer, to see what it leaves in it. */
export async function privateTmp(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-once-'))
  await symlink(join(tmpdir(), COMPILED), join(folder, COMPILED))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** What is left of a child that had this folder for temporary files: files in it, and processes that were started with it. */
export async function leftIn(folder: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['axeww'], { maxBuffer: 64 * 1024 * 1024 })
  const files = (await readdir(folder)).filter(name => name !== COMPILED)
  return [...files, ...stdout.split('\n').filter(line => line.includes(folder))]
}
