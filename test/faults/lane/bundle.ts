import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const ENTRY = join(ROOT, 'test/faults/process.ts')

/** How a process of ha-bot is started. */
export interface Program {
  readonly file: string
  readonly execArgv: readonly string[]
}

/**
 * The process in one file, which starts four times as fast as from the sources: hundreds of them are started. Where the bundler is not
 * there, the sources are taken as they are.
 */
export async function bundleProcess(folder: string): Promise<Program> {
  const bundler = join(ROOT, 'node_modules/.bin/esbuild')
  if (!existsSync(bundler)) return { file: ENTRY, execArgv: ['--import', 'tsx'] }
  // As deep as the sources lie, because some of them find their files by where they are.
  const out = join(folder, 'src/adapters/ssh')
  await mkdir(out, { recursive: true })
  await rm(join(folder, 'deploy'), { force: true })
  await symlink(join(ROOT, 'deploy'), join(folder, 'deploy'))
  const file = join(out, 'process.mjs')
  const banner = [
    `import { createRequire as $r } from 'node:module'`,
    `const [require, __filename, __dirname] = [$r(${JSON.stringify(ENTRY)}), ${JSON.stringify(file)}, ${JSON.stringify(out)}]`,
  ].join(';')
  await promisify(execFile)(bundler, [
    ENTRY,
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--external:*.node',
    '--external:cpu-features',
    `--banner:js=${banner}`,
    `--outfile=${file}`,
  ])
  return { file, execArgv: [] }
}
