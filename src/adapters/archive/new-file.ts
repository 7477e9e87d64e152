import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from './folders.ts'

/** So many workers have not died over one step. */
const MOST_NAMES = 1000

export interface NewFile {
  readonly handle: FileHandle
  /** Relative to the folder, with the number that made it free: `output/move.node1~2.out`. */
  readonly file: string
}

/** Creates `<stem><extension>` that nobody else has, not even somebody who was frozen and goes on writing. Throws like `open`. */
export async function createNew(folder: string, stem: string, extension: string): Promise<NewFile> {
  const parent = dirname(join(folder, stem))
  const made = await mkdir(parent, { recursive: true, mode: 0o770 })
  if (made) await syncFolder(dirname(made))
  for (let name = 1; name <= MOST_NAMES; name++) {
    const file = `${stem}${name > 1 ? `~${name}` : ''}${extension}`
    const handle = await openNew(join(folder, file))
    if (handle) return { handle, file }
  }
  throw new Error(`${MOST_NAMES} files like ${stem}${extension} are there already`)
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx', 0o660)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  }
}
