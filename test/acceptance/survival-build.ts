import { execFile } from 'node:child_process'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** How `ha` is started from its sources; the compiler in the same process takes memory of its own. */
export const FROM_SOURCES = ['--import', 'tsx', join(ROOT, 'src/cli.ts')] as const

/** `ha` as it is shipped: built into a folder, beside what it needs. Answers what node is to be started with. */
export async function buildProgram(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  for (const name of ['deploy', 'node_modules', 'package.json']) await symlink(join(ROOT, name), join(folder, name))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const out = join(folder, 'dist')
  // Types are looked at elsewhere.
  const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false', '--outDir', out]
  await promisify(execFile)(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.build.json'), ...options])
  return [join(out, 'cli.js')]
}
