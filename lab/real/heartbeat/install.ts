import { randomBytes } from 'node:crypto'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { must } from '../command.ts'
import type { Fencing, LabDisk } from '../stack.ts'
import { haCf } from './ha-cf.ts'
import { haresources } from './haresources.ts'

const CONTAINER_SCRIPT = fileURLToPath(new URL('evms-failover.sh', import.meta.url))

/** Puts Heartbeat's configuration, its init script and the folders of its package on the disk of each node. */
export async function installHeartbeat(
  disks: readonly LabDisk[],
  fencing: Fencing | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const key = `auth 1\n1 sha1 ${randomBytes(20).toString('hex')}\n`
  for (const disk of disks) {
    await installEtc(
      disk,
      { 'ha.cf': haCf(disk.seats, fencing), haresources: haresources(disk.names), authkeys: key },
      signal,
    )
    await installVar(disk.var, signal)
  }
}

type Configuration = Readonly<Record<'ha.cf' | 'haresources' | 'authkeys', string>>

async function installEtc({ etc }: LabDisk, files: Configuration, signal?: AbortSignal): Promise<void> {
  const at = (path: string): string => join(etc, path)
  await must('install', ['-d', at('init.d'), at('ha.d/resource.d')], { signal })
  await copyFile('/etc/init.d/heartbeat', at('init.d/heartbeat'))
  await copyFile(CONTAINER_SCRIPT, at('ha.d/resource.d/evms_failover'))
  // ha.cf holds the password of the fence devices, and Heartbeat starts with no authkeys that others may read.
  for (const [name, text] of Object.entries(files)) await writeFile(at(`ha.d/${name}`), text, { mode: 0o600 })
  await must('chmod', ['755', at('init.d/heartbeat'), at('ha.d/resource.d/evms_failover')], { signal })
}

async function installVar(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const at = (...paths: string[]): string[] => paths.map(path => join(folder, 'lib/heartbeat', path))
  const owned = ['-o', 'hacluster', '-g', 'haclient', '-m', '750']
  await must('install', ['-d', ...at('', 'api', 'casual', 'ckpt', 'lrm', 'cores', 'cores/root')], { signal })
  await must('install', ['-d', ...owned, ...at('ccm', 'crm', 'pengine', 'cores/hacluster')], { signal })
}
