import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What stands in a folder and below it, by paths relative to it. Links, pipes and the like are never followed. */
export interface Listing {
  readonly files: readonly string[]
  /** Neither file nor folder. */
  readonly odd: readonly string[]
}

export async function listFiles(folder: string, below = ''): Promise<Listing> {
  const files: string[] = []
  const odd: string[] = []
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isFile()) files.push(path)
    else if (!entry.isDirectory()) odd.push(path)
    else {
      const inside = await listFiles(folder, path)
      files.push(...inside.files)
      odd.push(...inside.odd)
    }
  }
  return { files: files.sort(), odd: odd.sort() }
}

/** Hex SHA-256 of a file of any size; undefined when it is no file that can be read. */
export async function hashFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex')
  } catch {
    return undefined
  }
}

/** A small file, or undefined when it is no plain file or larger than `limit` bytes. */
export async function readSmall(path: string, limit: number): Promise<Buffer | undefined> {
  try {
    const { size } = await lstat(path)
    return size > limit ? undefined : await readFile(path)
  } catch {
    return undefined
  }
}

/** The beginning of a file, up to `limit` bytes, and how long it is. */
export async function readHead(path: string, limit: number): Promise<{ bytes: Buffer; total: number }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.min(size, limit))
    await handle.read(bytes, 0, bytes.length, 0)
    return { bytes, total: size }
  } finally {
    await handle.close()
  }
}

/** The lines of a file of any size, one at a time; what a line may hold besides its end is not looked at. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8')
      rest = []
      start = end + 1
    }
    rest.push(chunk.subarray(start))
  }
  const last = Buffer.concat(rest)
  if (last.length > 0) yield last.toString('utf8')
}

/** On disk before it resolves. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'w', 0o660)
  try {
    await handle.writeFile(content)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
