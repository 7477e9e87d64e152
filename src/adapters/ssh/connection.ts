import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Clock } from '../../runs/ports.ts'

/** How long a far side has to answer a goodbye before the socket is destroyed. */
const GOODBYE_MS = 1_000

/** A live login on one host. Its users (executions, or connections through it) keep it from being closed as idle. */
export class Connection {
  readonly client: Client
  /** Fires when the link is gone, whoever ended it. */
  readonly ended: AbortSignal
  readonly #transport: Duplex
  readonly #clock: Clock
  #users = 0
  #lastUsedMs: number
  #retired = false
  #cause = 'the far side closed it'

  constructor(client: Client, transport: Duplex, clock: Clock) {
    this.client = client
    this.#transport = transport
    this.#clock = clock
    this.#lastUsedMs = clock.monotonic()
    const over = new AbortController()
    this.ended = over.signal
    client.on('error', error => {
      this.#cause = error.message
      this.#retired = true
    })
    // After `end` ssh2 refuses to write, and `close` is still to come.
    client.once('end', () => {
      this.#retired = true
    })
    client.once('close', () => over.abort())
  }

  /** May get new work. */
  get usable(): boolean {
    return !this.#retired && !this.ended.aborted
  }

  /** Why the link ended, for a sentence "the connection broke (…)". */
  get cause(): string {
    return this.#cause
  }

  hold(): void {
    this.#users++
  }

  release(): void {
    this.#users--
    this.#lastUsedMs = this.#clock.monotonic()
    if (this.#retired && this.#users === 0) this.#goodbye()
  }

  /**
   * No new work; ends when its last user is done. For a connection with an abandoned command: closing a channel does not
   * end the command, and its session keeps counting against MaxSessions.
   */
  retire(): void {
    this.#retired = true
    if (this.#users === 0) this.#goodbye()
  }

  /** Ends it at once; what still runs on it is lost. */
  end(cause: string): void {
    this.#cause = cause
    this.#retired = true
    this.#goodbye()
  }

  /** Ends the connection after `idleMs` without a user. Resolves when the link is gone. */
  async closeWhenIdle(idleMs: number): Promise<void> {
    while (!this.ended.aborted) {
      const nowMs = this.#clock.monotonic()
      const restMs = this.#users > 0 ? idleMs : this.#lastUsedMs + idleMs - nowMs
      if (restMs <= 0) this.end('it was idle')
      await this.#clock.sleep(restMs > 0 ? restMs : GOODBYE_MS, this.ended)
    }
  }

  #goodbye(): void {
    if (this.ended.aborted) return
    this.client.end()
    // A dead peer never answers, and ssh2 cannot destroy a socket that it has ended.
    void this.#clock.sleep(GOODBYE_MS, this.ended).then(() => this.#transport.destroy())
  }
}
