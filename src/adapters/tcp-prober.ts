import { connect } from 'node:net'
import type { ServiceAddress } from '../clusters/service-address.ts'
import { durationText } from '../runbooks/duration.ts'
import type { Clock, Prober, Round, Watching } from '../runs/ports.ts'

/** Asks by TCP: a connection is opened and closed, and nothing is sent. A name is looked up by the system each time. */
export function createTcpProber(clock: Clock): Prober {
  return { watch: (target, timing) => new TcpWatching(target, timing, clock) }
}

type Timing = Parameters<Prober['watch']>[1]
type Answer = Pick<Round, 'answered' | 'reason'>

class TcpWatching implements Watching {
  readonly rounds: Round[] = []
  readonly #closing = new AbortController()
  readonly #waiting = new Set<() => void>()

  constructor(target: ServiceAddress, timing: Timing, clock: Clock) {
    void this.#goOn(target, timing, clock)
  }

  async more(seen: number, signal: AbortSignal): Promise<void> {
    while (this.rounds.length <= seen && !signal.aborted && !this.#closing.signal.aborted) await this.#change(signal)
  }

  close(): void {
    this.#closing.abort()
    this.#wake()
  }

  async #goOn(target: ServiceAddress, { everyMs, timeoutMs }: Timing, clock: Clock): Promise<void> {
    const { signal } = this.#closing
    let due = clock.monotonic()
    while (!signal.aborted) {
      const startedAt = clock.monotonic()
      const answer = await request(target, timeoutMs, signal)
      if (signal.aborted) return
      this.rounds.push({ startedAt, endedAt: clock.monotonic(), ...answer })
      this.#wake()
      // A request that took longer than its turn leaves out the turns it has missed. A timer may have fired a little early.
      const turns = Math.floor((clock.monotonic() - due) / everyMs)
      due += (Math.max(0, turns) + 1) * everyMs
      await clock.sleep(due - clock.monotonic(), signal)
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}

function request({ host, port }: ServiceAddress, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const end = (reason: string) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      socket.destroy()
      resolve({ answered: reason === '', reason })
    }
    const leave = () => end('not waited for any longer')
    const late = () => end(`no answer within ${durationText(timeoutMs)}`)
    // Where this process itself stood still, an answer that is there already is still taken.
    const timer = setTimeout(() => setImmediate(late), timeoutMs)
    signal.addEventListener('abort', leave, { once: true })
    socket.once('connect', () => end(''))
    // Stays for good: a socket that is closed may still have something to complain of.
    socket.on('error', error => end(reasonOf(error)))
  })
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to this host',
  EHOSTDOWN: 'no route to this host',
  ENETUNREACH: 'no route to this network',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? (error.code || error.message)
}
