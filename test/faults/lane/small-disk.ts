import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const SMALL_BYTES = 256 * 1024 * 1024

/** Why no small disks can be made here; undefined when they can. */
export function withoutMounts(): string | undefined {
  return process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'small disks need root on Linux'
}

/** A small disk in memory at this folder. */
export function mountSmall(folder: string, size: string): void {
  mkdirSync(folder, { recursive: true })
  const options = ['-t', 'tmpfs', '-o', `size=${size},mode=0750`, 'none', folder]
  const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`no small disk at ${folder}: ${stderr}`)
}

/** Takes the small disks below a folder away. */
export function unmountBelow(folder: string): void {
  const { stdout } = spawnSync('mount', { encoding: 'utf8' })
  const places = stdout.split('\n').flatMap(line => / on (.*) type tmpfs /.exec(line)?.[1] ?? [])
  for (const place of places.filter(each => each.startsWith(`${folder}/`))) spawnSync('umount', ['-l', place])
}

/** Writes until this small disk takes no more; refuses to do that to a large one. */
export function fill(folder: string): void {
  const { blocks, bsize } = statfsSync(folder)
  if (blocks * bsize > SMALL_BYTES) throw new Error(`${folder} is no small disk`)
  const file = openSync(join(folder, 'filler'), 'w')
  const block = Buffer.alloc(65_536)
  try {
    for (const size of [65_536, 4_096, 256, 1]) writeUntilFull(file, block.subarray(0, size))
  } finally {
    closeSync(file)
  }
}

function writeUntilFull(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch {
    // ENOSPC: that is what was wanted.
  }
}
