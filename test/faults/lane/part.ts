import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Haste } from '../../../src/tap.ts'
import { type Armed, REACHED } from '../hook.ts'
import type { Point } from '../points.ts'
import type { Say } from '../process.ts'
import type { Program } from './bundle.ts'

export interface PartOptions {
  readonly name: string
  readonly kind: 'bot' | 'worker'
  readonly program: Program
  readonly env: Readonly<Record<string, string | undefined>>
  readonly haste: Haste
  /** It has come to the point it was armed for. */
  readonly reached: (part: Part, point: Point) => void
}

/** How a process ended by itself, or was ended. */
export interface Exit {
  readonly part: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The harness ended it. */
  readonly wanted: boolean
}

/** A computer that is busy with other things starts slowly. */
const UP_MS = 120_000
const AGAIN_MS = 200
const LEAVES_MS = 15_000

/** A process of ha-bot under a supervisor: whenever it ends, it is started again, as systemd would. */
export class Part {
  readonly name: string
  readonly kind: 'bot' | 'worker'
  readonly #options: PartOptions
  #child: ChildProcess | undefined
  #isUp = false
  #closing = false
  #expected = false
  #log = ''
  readonly exits: Exit[] = []

  constructor(options: PartOptions) {
    this.#options = options
    this.name = options.name
    this.kind = options.kind
    this.#start()
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  #start(): void {
    const { program, env, kind, haste, name } = this.#options
    const child = fork(program.file, [JSON.stringify({ part: kind, haste })], {
      execArgv: [...program.execArgv],
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    })
    this.#child = child
    this.#note(`--- ${name} starts as process ${child.pid}\n`)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#note(text))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#heard(text))
    child.on('message', (message: object) => {
      if ('up' in message) this.#isUp = true
    })
    // Not at its exit: what it said last, that it comes to a point above all, may be heard a moment later.
    child.once('close', (code, signal) => this.#ended(code, signal))
  }

  #heard(text: string): void {
    this.#note(text)
    for (const line of text.split('\n'))
      if (line.startsWith(REACHED)) this.#options.reached(this, line.slice(REACHED.length) as Point)
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.exits.push({ part: this.name, code, signal, wanted: this.#expected || this.#closing })
    this.#note(`--- ${this.name} ended with ${code ?? signal}\n`)
    this.#expected = false
    this.#isUp = false
    setTimeout(() => {
      if (!this.#closing) this.#start()
    }, AGAIN_MS)
  }

  #note(text: string): void {
    this.#log = (this.#log + text).slice(-400_000)
  }

  get log(): string {
    return this.#log
  }

  /** A new cell begins. */
  forget(): void {
    this.#log = ''
    this.exits.length = 0
  }

  /** From now on, its next end is no surprise. */
  expectEnd(): void {
    this.#expected = true
  }

  say(message: Say): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined)
  }

  arm(armed: Armed): void {
    this.say({ say: 'arm', armed })
  }

  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.#expected = true
    this.#child?.kill(signal)
  }

  async seen(): Promise<{ readonly points: readonly Point[]; readonly calls: readonly string[] }> {
    const child = this.#child
    if (!child?.connected) return { points: [], calls: [] }
    const answer = new Promise<{ points: Point[]; calls: string[] }>(resolve => {
      const hear = (message: object) => {
        if (!('points' in message)) return
        child.off('message', hear)
        resolve(message as { points: Point[]; calls: string[] })
      }
      child.on('message', hear)
    })
    this.say({ say: 'seen' })
    return await answer
  }

  /** Resolves once it says that it is up. */
  async up(): Promise<void> {
    const end = performance.now() + UP_MS
    while (!this.#isUp) {
      if (performance.now() > end) throw new Error(`${this.name} did not come up:\n${this.log.slice(-3000)}`)
      await delay(20)
    }
  }

  /** Resolves once the process of now has ended. */
  async ended(): Promise<void> {
    const end = performance.now() + LEAVES_MS
    const before = this.exits.length
    while (this.exits.length === before && this.#isUp && performance.now() < end) await delay(20)
  }

  /** Ends it for good: asked first, then killed. */
  async close(): Promise<void> {
    this.#closing = true
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), LEAVES_MS)
    await exit
    clearTimeout(timer)
  }
}
