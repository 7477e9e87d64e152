import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Copy {
  readonly folder: string
  /** Where the tests of this copy make their temporary files. */
  readonly scratch: string
  /** Empties `scratch`. */
  sweep(): void
  remove(): void
}

/** A copy of the checkout as it stands, uncommitted changes included; the packages are shared. Needs no git. */
export function copyCheckout(root: string): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'ha-guards-'))
  const ignored = ignoredNames(root)
  for (const name of readdirSync(root)) {
    if (!ignored.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true, filter: isPlain })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const scratch = join(folder, 't')
  const sweep = (): void => {
    rmSync(scratch, { recursive: true, force: true })
    mkdirSync(scratch)
  }
  sweep()
  return { folder, scratch, sweep, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Names at the top that are not part of the checkout: what git ignores, and git itself. */
function ignoredNames(root: string): ReadonlySet<string> {
  const file = join(root, '.gitignore')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return new Set(['.git', 'node_modules', ...lines.map(line => line.trim().replace(/^\/|\/$/g, ''))])
}

/** A running test may have left a socket or a pipe, which nothing here needs. */
function isPlain(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && (found.isFile() || found.isDirectory() || found.isSymbolicLink())
}
