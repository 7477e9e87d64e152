import type { StreamName } from '../../runs/ports.ts'

/** One `ha1` line: its first word, the words after it, and those of them that are `key=value`. */
export interface ReplyLine {
  readonly verb: string
  readonly words: readonly string[]
  readonly fields: ReadonlyMap<string, string>
}

/** What a piece of a reply held. `data` is a part of the piece itself, not a copy. Nothing follows `end` and `broken`. */
export type ReplyPart =
  | { readonly kind: 'line'; readonly line: ReplyLine }
  | { readonly kind: 'data'; readonly stream: StreamName; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'broken'; readonly detail: string }

const VERBS = 'state|data|stop|fence|noted|purged|op|run|put|unput|error|end'
const OURS = new RegExp(`^ha1 (?:${VERBS})(?: |$)`)
/** A profile may leave its last line open, and ours then begins in the middle of it. */
const OURS_AFTER_NOISE = new RegExp(`ha1 (?:${VERBS})(?: |$)`)
const DATA = /^ha1 data (out|err) (\d{1,15}) (\d{1,15})$/
const LONGEST_LINE = 8_192
const NEWLINE = 0x0a

/**
 * Reads a reply of the node-side runner, in whatever pieces it comes, and holds back at most one line of it (docs/node-runner.md). What
 * stands before the first line of the reply is noise of profiles and banners.
 */
export class ReplyReader {
  #mode: 'noise' | 'line' | 'data' | 'after-data' | 'over' = 'noise'
  #line = ''
  #frame: { readonly stream: StreamName; offset: number; left: number } = { stream: 'stdout', offset: 0, left: 0 }

  read(piece: Buffer): ReplyPart[] {
    const parts: ReplyPart[] = []
    let at = 0
    while (at < piece.length && this.#mode !== 'over') {
      at = this.#mode === 'data' ? this.#readData(piece, at, parts) : this.#readLine(piece, at, parts)
    }
    return parts
  }

  #readData(piece: Buffer, at: number, parts: ReplyPart[]): number {
    const frame = this.#frame
    const bytes = piece.subarray(at, at + frame.left)
    parts.push({ kind: 'data', stream: frame.stream, offset: frame.offset, bytes })
    frame.offset += bytes.length
    frame.left -= bytes.length
    if (frame.left === 0) this.#mode = 'after-data'
    return at + bytes.length
  }

  #readLine(piece: Buffer, at: number, parts: ReplyPart[]): number {
    const newline = piece.indexOf(NEWLINE, at)
    const until = newline < 0 ? piece.length : newline
    if (this.#line.length <= LONGEST_LINE)
      this.#line += piece.toString('latin1', at, Math.min(until, at + LONGEST_LINE + 1))
    if (this.#line.length > LONGEST_LINE && this.#mode !== 'noise')
      return this.#break('a line without an end', piece, parts)
    if (newline < 0) return piece.length
    const line = this.#line
    this.#line = ''
    this.#takeLine(line, piece, parts)
    return newline + 1
  }

  #takeLine(line: string, piece: Buffer, parts: ReplyPart[]): void {
    if (this.#mode === 'after-data') {
      if (line !== '') this.#break('more bytes than were announced', piece, parts)
      else this.#mode = 'line'
      return
    }
    const ours = this.#mode === 'noise' ? line.slice(startOf(line)) : line
    if (OURS.test(ours)) this.#takeOurs(ours, piece, parts)
    // An empty line sets the reply off from noise.
    else if (this.#mode === 'line' && line !== '') this.#break('a line that is not of the reply', piece, parts)
  }

  #takeOurs(text: string, piece: Buffer, parts: ReplyPart[]): void {
    this.#mode = 'line'
    const line = lineOf(text)
    if (line.verb === 'end') {
      this.#mode = 'over'
      parts.push({ kind: 'end' })
    } else if (line.verb === 'data') this.#openFrame(text, piece, parts)
    else parts.push({ kind: 'line', line })
  }

  #openFrame(text: string, piece: Buffer, parts: ReplyPart[]): void {
    const [, name, offset, length] = DATA.exec(text) ?? []
    if (name === undefined) {
      this.#break('data without a place', piece, parts)
      return
    }
    this.#frame = { stream: name === 'out' ? 'stdout' : 'stderr', offset: Number(offset), left: Number(length) }
    this.#mode = this.#frame.left === 0 ? 'after-data' : 'data'
  }

  #break(detail: string, piece: Buffer, parts: ReplyPart[]): number {
    this.#mode = 'over'
    parts.push({ kind: 'broken', detail })
    return piece.length
  }
}

function startOf(line: string): number {
  const at = line.search(OURS_AFTER_NOISE)
  return at < 0 ? line.length : at
}

function lineOf(text: string): ReplyLine {
  const [, verb = '', ...words] = text.trimEnd().split(' ')
  const pairs = words.map(word => [word, word.indexOf('=')] as const).filter(([, at]) => at > 0)
  return { verb, words, fields: new Map(pairs.map(([word, at]) => [word.slice(0, at), word.slice(at + 1)])) }
}
