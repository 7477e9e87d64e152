import { readFile as readFromDisk } from 'node:fs/promises'
import { bad, good, type Problem, type Result } from '../problem.ts'

export type ReadFile = (path: string) => Promise<string>

/** The text of the configuration file; what hinders reading it is said in words. */
export async function readConfigFile(file: string, readFile: ReadFile = fromDisk): Promise<Result<string>> {
  try {
    const text = await readFile(file)
    return /^\s*[^\s#]/m.test(text) ? good(text) : bad(empty(file))
  } catch (error) {
    return bad(unreadable(file, error))
  }
}

async function fromDisk(path: string): Promise<string> {
  return await readFromDisk(path, 'utf8')
}

function empty(file: string): Problem {
  return {
    code: 'config-empty',
    message: `${file} is empty.`,
    next: '`ha init` in an empty folder writes one to begin with.',
  }
}

function unreadable(file: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return {
      code: 'config-missing',
      message: `There is no configuration at ${file}.`,
      next: '`ha init` writes one to begin with; HA_CONFIG names one that is elsewhere.',
    }
  }
  const why = WHY[String(code)] ?? (error instanceof Error ? error.message : String(error))
  return {
    code: 'config-unreadable',
    message: `${file} cannot be read: ${why}.`,
    next: 'Mend that, or name another file with HA_CONFIG.',
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user is not allowed to',
  EISDIR: 'it is a folder',
}
