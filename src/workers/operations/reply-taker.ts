import type { Delivery } from './delivery.ts'
import { type ReplyLine, type ReplyPart, ReplyReader } from './reply-reader.ts'

/** Takes one reply as it comes: collects its lines, and passes its data on at the pace of whoever takes that. */
export class ReplyTaker {
  readonly lines: ReplyLine[] = []
  /** Why the reply is of no use, "" while it is. */
  broken = ''
  readonly #reader = new ReplyReader()
  readonly #delivery: Delivery | undefined
  readonly #news: () => void
  #state: 'open' | 'whole' | 'closed' = 'open'

  constructor(delivery: Delivery | undefined, news: () => void) {
    this.#delivery = delivery
    this.#news = news
  }

  take(chunk: Buffer): void | Promise<void> {
    if (this.#state === 'open') return this.#takeParts(this.#reader.read(chunk), 0)
  }

  /** Nothing more is taken. True when the reply came to its end. */
  close(): boolean {
    const isWhole = this.#state === 'whole'
    this.#state = 'closed'
    return isWhole
  }

  #takeParts(parts: readonly ReplyPart[], from: number): void | Promise<void> {
    for (let i = from; i < parts.length && this.#state === 'open'; i++) {
      const part = parts[i]
      const busy = part && this.#takePart(part)
      if (busy) return busy.then(() => this.#takeParts(parts, i + 1))
    }
  }

  #takePart(part: ReplyPart): void | Promise<void> {
    if (part.kind === 'line') this.lines.push(part.line)
    else if (part.kind === 'end') this.#state = 'whole'
    else if (part.kind === 'broken') this.#giveUp(part.detail)
    else return this.#takeData(part)
  }

  #takeData({ stream, offset, bytes }: Extract<ReplyPart, { kind: 'data' }>): void | Promise<void> {
    const delivery = this.#delivery
    if (!delivery?.fits(stream, offset)) return this.#giveUp('data from a wrong place')
    const before = delivery.bytes
    const busy = delivery.take(stream, offset, bytes)
    if (delivery.bytes > before) this.#news()
    return busy
  }

  #giveUp(detail: string): void {
    this.broken = detail
    this.#state = 'closed'
  }
}
