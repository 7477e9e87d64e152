import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of its own, of a few KiB, for what happens when a disk is full. Wants root on Linux. */
export interface SmallDisk {
  readonly folder: string
  /** Safe to call twice. */
  remove(): void
}

/** Or, in words, why there cannot be one here. */
export function smallDisk(bytes: number): SmallDisk | string {
  const folder = mkdtempSync(join(tmpdir(), 'ha-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'ha-disk', folder], { stdio: 'pipe' })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    return `no small disk can be mounted: ${error instanceof Error ? error.message.trim() : String(error)}`
  }
  let isThere = true
  return {
    folder,
    remove: () => {
      if (!isThere) return
      isThere = false
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
