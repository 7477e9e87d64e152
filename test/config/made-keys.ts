import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Public keys as ssh-keygen makes them, one per name. The private halves are thrown away. */
export async function madeKeys(...names: string[]): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-config-'))
  try {
    const lines = names.map(async name => {
      await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)])
      return [name, (await readFile(join(folder, `${name}.pub`), 'utf8')).trim()]
    })
    return Object.fromEntries(await Promise.all(lines))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
