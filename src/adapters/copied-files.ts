import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { bad, type Result } from '../problem.ts'
import { copiedText, LONGEST_COPY, unfit } from '../runbooks/copied-text.ts'

/** Files below one folder, for `copy`. A link that leads out of the folder is not followed. */
export function copiedFiles(folder: string): (source: string) => Promise<Result<string>> {
  return async source => {
    try {
      const root = await realpath(folder)
      const path = await realpath(join(root, source))
      if (!path.startsWith(`${root}${sep}`)) return bad(unfit(source, 'leads out of the folder of files'))
      return copiedText(source, await beginningOf(path))
    } catch (error) {
      return bad(unfit(source, `cannot be read (${error instanceof Error ? error.message : String(error)})`))
    }
  }
}

/** Of a longer file only enough to tell that it is too long. */
async function beginningOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const room = Buffer.alloc(LONGEST_COPY + 1)
    let length = 0
    for (let read = 1; read > 0 && length < room.length; length += read)
      read = (await file.read(room, length, room.length - length, length)).bytesRead
    return room.subarray(0, length)
  } finally {
    await file.close()
  }
}
