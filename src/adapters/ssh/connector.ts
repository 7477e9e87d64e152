import type { Duplex } from 'node:stream'
import type { Clock } from '../../runs/ports.ts'
import { Connection } from './connection.ts'
import { type DialTools, dial } from './dial.ts'
import { addressOf, type Endpoint, placeOf } from './endpoint.ts'
import { forwardThrough } from './jump.ts'
import { Limiter } from './limiter.ts'
import type { Refusal } from './refusals.ts'

interface ConnectorTools extends DialTools {
  readonly clock: Clock
  /** From 0 to 1, for the jitter of repeated connects. */
  readonly random: () => number
}

export type Connected = { readonly connection: Connection } | { readonly refusal: Refusal }

/** Makes connections, never more at a time than the far side, the jump host and this process can take. */
export class Connector {
  readonly #tools: ConnectorTools
  readonly #perHost = new Map<string, Limiter>()
  readonly #overall: Limiter

  constructor(tools: ConnectorTools) {
    this.#tools = tools
    this.#overall = new Limiter(tools.limits.connectsOverall)
  }

  /**
   * Connects to an endpoint, over `jump` when it has one. Repeats only what sshd drops before the handshake: there it is
   * safe, and one more try usually gets in (§3.1). Never rejects.
   */
  async connect(endpoint: Endpoint, jump: Connection | undefined, signal: AbortSignal): Promise<Connected> {
    const { limits, clock, random, log } = this.#tools
    for (let attempt = 1; ; attempt++) {
      const result = await this.#inTurn(endpoint, jump, signal)
      const again = 'refusal' in result && result.refusal.again && attempt < limits.connectAttempts
      if (!again || signal.aborted) return result
      const pauseMs = limits.connectPauseMs * 2 ** (attempt - 1) * (0.5 + random())
      log.info({ host: endpoint.host, attempt, pauseMs }, 'dropped before the SSH handshake, connecting again')
      await clock.sleep(pauseMs, signal)
    }
  }

  async #inTurn(endpoint: Endpoint, jump: Connection | undefined, signal: AbortSignal): Promise<Connected> {
    const perHost = this.#limiter(endpoint)
    if (!(await perHost.take(signal))) return shuttingDown(endpoint)
    try {
      if (!(await this.#overall.take(signal))) return shuttingDown(endpoint)
      try {
        return await this.#once(endpoint, jump, signal)
      } finally {
        this.#overall.give()
      }
    } finally {
      perHost.give()
    }
  }

  async #once(endpoint: Endpoint, jump: Connection | undefined, signal: AbortSignal): Promise<Connected> {
    const { clock, limits } = this.#tools
    if (!jump) return await this.#dial(endpoint, signal)
    jump.hold()
    const forward = await forwardThrough(jump, endpoint, clock, limits.readyTimeoutMs, signal)
    const result = 'refusal' in forward ? forward : await this.#dial(endpoint, signal, forward.channel)
    if ('refusal' in result) jump.release()
    else result.connection.ended.addEventListener('abort', () => jump.release(), { once: true })
    return result
  }

  async #dial(endpoint: Endpoint, signal: AbortSignal, through?: Duplex): Promise<Connected> {
    const { clock, log } = this.#tools
    const startedMs = clock.monotonic()
    const dialled = await dial(endpoint, this.#tools, signal, through)
    const fields = { host: endpoint.name, address: addressOf(endpoint), ms: Math.round(clock.monotonic() - startedMs) }
    if ('refusal' in dialled) {
      log.warn({ ...fields, code: dialled.refusal.code }, 'SSH connection refused')
      return dialled
    }
    log.info(fields, 'SSH connection open')
    if (endpoint.ssh.algorithms === 'legacy') log.warn(fields, 'SHA-1 algorithms are allowed on this connection')
    return { connection: new Connection(dialled.client, dialled.transport, clock) }
  }

  #limiter({ host, port, via }: Endpoint): Limiter {
    const { connectsPerHost, connectsPerJump } = this.#tools.limits
    const key = via ? `through ${addressOf(via)}` : addressOf({ host, port })
    const limiter = this.#perHost.get(key) ?? new Limiter(via ? connectsPerJump : connectsPerHost)
    this.#perHost.set(key, limiter)
    return limiter
  }
}

function shuttingDown(endpoint: Endpoint): Connected {
  const reason = `${placeOf(endpoint)} was not connected to, because ha-bot is shutting down. Nothing was sent.`
  return { refusal: { code: 'cancelled', reason } }
}
