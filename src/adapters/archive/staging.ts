import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const STAGING = '.sealing'
/** A sealing takes seconds: what is older belongs to a worker that died. */
const STALE_MS = 3_600_000

/**
 * A folder for files on their way into a bundle, on the same disk, so that they can be renamed; outside of the bundles, so that what a crash
 * leaves is in none of them. To be removed by whoever opens it; what earlier crashes left is removed here.
 */
export async function openStaging(archive: string, name: string): Promise<string> {
  const parent = join(archive, STAGING)
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true, mode: 0o770 })
  const made = (await stat(folder)).mtimeMs
  for (const other of await readdir(parent)) {
    const age = await stat(join(parent, other)).then(
      ({ mtimeMs }) => made - mtimeMs,
      () => 0,
    )
    if (age > STALE_MS) await rm(join(parent, other), { recursive: true, force: true })
  }
  return folder
}
