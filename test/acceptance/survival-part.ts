import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { eventually } from '../support/redis.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const UP_MS = 60_000
const LEAVES_MS = 20_000

/** How a process ended. */
export interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** `ha start --only bot` or `--only worker` as a process of its own. Nobody starts it again: a test says when. */
export class Part {
  readonly kind: 'bot' | 'worker'
  readonly #child: ChildProcess
  readonly ended: Promise<End>
  #log = ''

  constructor(kind: 'bot' | 'worker', program: readonly string[], env: Readonly<Record<string, string>>) {
    this.kind = kind
    this.#child = spawn(process.execPath, [...program, 'start', '--only', kind], {
      cwd: ROOT,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text
      })
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }) as End)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Everything it has said on both streams. */
  get log(): string {
    return this.#log
  }

  /** The name under which it writes into the journal, as far as it is its own. */
  isAuthor(by: string): boolean {
    return by.endsWith(`:${this.pid}`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async up(): Promise<this> {
    await eventually(() => {
      if (this.#child.exitCode !== null) throw new Error(`the ${this.kind} ended at once:\n${this.#log}`)
      return this.#log.includes('ha-bot is up') || undefined
    }, UP_MS)
    return this
  }

  /** The most memory it ever had, in bytes; Linux only. */
  async highWater(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024
  }

  /** Killed at once, as by a power cut. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended
  }

  /** Asked to end, then killed. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.signal('SIGCONT')
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), LEAVES_MS)
    await this.ended
    clearTimeout(timer)
  }
}
