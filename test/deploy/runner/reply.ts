/** A reply of the runner, read in the plainest way: everything must be there, and nothing else may. */
export interface Reply {
  readonly text: string
  readonly lines: readonly string[]
  /** `key=value` of the state line. */
  readonly state: Readonly<Record<string, string>>
  readonly out: readonly Frame[]
  readonly err: readonly Frame[]
  /** It came to its end. */
  readonly isWhole: boolean
}

interface Frame {
  readonly offset: number
  readonly bytes: Buffer
}

const FRAME = /^ha1 data (out|err) (\d+) (\d+)$/

/** Throws for what no client could read; a reply that was cut off is not whole, and its last frame may be short. */
export function readReply(bytes: Buffer): Reply {
  const frames: Record<'out' | 'err', Frame[]> = { out: [], err: [] }
  const lines: string[] = []
  let at = 0
  for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', at)) {
    const line = bytes.toString('latin1', at, end)
    at = end + 1
    const [, stream, offset, length] = FRAME.exec(line) ?? []
    if (stream === 'out' || stream === 'err') {
      const data = bytes.subarray(at, at + Number(length))
      frames[stream].push({ offset: Number(offset), bytes: data })
      at += Number(length)
      if (at < bytes.length && bytes[at] !== 0x0a) throw new Error(`no line end behind "${line}": ${show(bytes)}`)
      at++
    } else if (line.startsWith('ha1 ')) lines.push(line)
    else if (line !== '') throw new Error(`a line that is not ours: ${line}\n${show(bytes)}`)
  }
  const isWhole = lines.at(-1) === 'ha1 end' && at === bytes.length
  const state = fieldsOf(lines.find(line => line.startsWith('ha1 state ')) ?? '')
  return { text: show(bytes), lines, state, ...frames, isWhole }
}

/** `key=value` words of a line. */
export function fieldsOf(line: string): Record<string, string> {
  const pairs = line.split(' ').filter(word => word.includes('='))
  return Object.fromEntries(pairs.map(word => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]))
}

/** The bytes of frames that follow each other without a gap. */
export function joined(frames: readonly Frame[], from = 0): Buffer {
  let at = from
  for (const { offset, bytes } of frames) {
    if (offset !== at) throw new Error(`data at ${offset} where ${at} was to come`)
    at += bytes.length
  }
  return Buffer.concat(frames.map(({ bytes }) => bytes))
}

function show(bytes: Buffer): string {
  return bytes.length > 4_000
    ? `${bytes.length} bytes, at last: ${bytes.toString('latin1', bytes.length - 1_000)}`
    : bytes.toString('latin1')
}
