import { setMaxListeners } from 'node:events'
import type { Clock } from '../../runs/ports.ts'
import type { Connection } from './connection.ts'
import type { Connected, Connector } from './connector.ts'
import { type Endpoint, endpointKey } from './endpoint.ts'
import type { SshLimits } from './limits.ts'

/** What the pool keeps for one endpoint. */
interface Line {
  connection?: Connection
  opening?: Promise<Connected>
  /** A refused login, repeated without asking the host until then. */
  penalty?: { readonly answer: Connected; readonly untilMs: number }
}

export interface PoolStats {
  /** Alive now, and being opened now. */
  readonly connections: number
  readonly opening: number
  /** Since the start. */
  readonly connected: number
  readonly refused: number
}

/** One live connection per endpoint: opened on demand, shared, closed when idle, replaced when it dies. */
export class Pool {
  readonly #connector: Connector
  readonly #limits: SshLimits
  readonly #clock: Clock
  readonly #lines = new Map<string, Line>()
  readonly #closing = new AbortController()
  readonly #live = new Map<Connection, Promise<void>>()
  #connected = 0
  #refused = 0

  constructor(connector: Connector, limits: SshLimits, clock: Clock) {
    this.#connector = connector
    this.#limits = limits
    this.#clock = clock
    // Every connect and wait listens to it; that is no leak.
    setMaxListeners(0, this.#closing.signal)
  }

  /** The connection of an endpoint. Many callers share one connect, which goes on when one of them loses patience. */
  connect(endpoint: Endpoint): Promise<Connected> {
    const line = this.#line(endpoint)
    if (line.connection?.usable) return Promise.resolve({ connection: line.connection })
    if (line.penalty && line.penalty.untilMs > this.#clock.monotonic()) return Promise.resolve(line.penalty.answer)
    line.opening ??= this.#open(endpoint, line).finally(() => delete line.opening)
    return line.opening
  }

  stats(): PoolStats {
    const opening = [...this.#lines.values()].filter(line => line.opening !== undefined).length
    return { connections: this.#live.size, opening, connected: this.#connected, refused: this.#refused }
  }

  /** Ends every connection and connect; executions still running are lost. Resolves when all links are gone. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#lines.values()].flatMap(line => (line.opening ? [line.opening] : [])))
    for (const connection of this.#live.keys()) connection.end('ha-bot is shutting down')
    await Promise.all(this.#live.values())
  }

  async #open(endpoint: Endpoint, line: Line): Promise<Connected> {
    const jump = endpoint.via ? await this.connect(endpoint.via) : undefined
    if (jump && 'refusal' in jump) {
      const { code, reason } = jump.refusal
      return { refusal: { code, reason: `${endpoint.name} was not reached: ${reason}` } }
    }
    const result = await this.#connector.connect(endpoint, jump?.connection, this.#closing.signal)
    if ('connection' in result) this.#keep(result.connection, line)
    else {
      this.#refused++
      const untilMs = this.#clock.monotonic() + this.#limits.loginPauseMs
      if (result.refusal.penalised) line.penalty = { answer: result, untilMs }
    }
    return result
  }

  #keep(connection: Connection, line: Line): void {
    this.#connected++
    line.connection = connection
    const over = connection.closeWhenIdle(this.#limits.idleMs).then(() => {
      this.#live.delete(connection)
      if (line.connection === connection) delete line.connection
    })
    this.#live.set(connection, over)
  }

  #line(endpoint: Endpoint): Line {
    const key = endpointKey(endpoint)
    const line = this.#lines.get(key) ?? {}
    this.#lines.set(key, line)
    return line
  }
}
