import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STACKS } from '../clusters/inventory.ts'
import { bad, good, type Result } from '../problem.ts'
import type { SourceText } from '../runbooks/source-text.ts'
import { type Lock, parseLock } from '../runbooks/versions.ts'

export interface RunbookFolder {
  /** Files as `runbooks/<stack>/<name>.yaml` under the name a person would give them. */
  readonly files: readonly SourceText[]
  readonly lock: Lock
  readonly lockFile: string
}

/** Reads a folder of runbooks: one folder per stack, and `runbooks.lock` beside them (absent: nothing is pinned yet). */
export async function readRunbookFolder(folder: string, shownAs = folder): Promise<Result<RunbookFolder>> {
  const lockFile = join(folder, 'runbooks.lock')
  const lock = parseLock(await readFile(lockFile, 'utf8').catch(() => ''), join(shownAs, 'runbooks.lock'))
  if (!lock.ok) return lock
  const files = (await Promise.all(STACKS.map(stack => readStack(folder, shownAs, stack)))).flat()
  if (files.length > 0) return good({ files, lock: lock.value, lockFile })
  return bad({
    code: 'no-runbooks',
    message: `There are no runbooks in ${folder}.`,
    next: `Put them there as <stack>/<name>.yaml, or name the right folder as runbooks: in ha.yaml.`,
  })
}

async function readStack(folder: string, shownAs: string, stack: string): Promise<SourceText[]> {
  const names = await readdir(join(folder, stack)).catch(() => [])
  const yaml = names.filter(name => name.endsWith('.yaml')).sort()
  return await Promise.all(
    yaml.map(async name => ({
      file: join(shownAs, stack, name),
      text: await readFile(join(folder, stack, name), 'utf8'),
    })),
  )
}
