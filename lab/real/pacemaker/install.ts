import { randomBytes } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from '../command.ts'
import type { Fencing, LabDisk } from '../stack.ts'
import { firstCib } from './cib.ts'
import { corosyncConf } from './corosync-conf.ts'

/** There is no syslog in a node. */
const SETTINGS = `PCMK_logfile=/var/log/pacemaker/pacemaker.log
PCMK_logfacility=none
`

/** Puts what Corosync and Pacemaker need on the disk of each node. */
export async function installPacemaker(
  disks: readonly LabDisk[],
  _fencing: Fencing | undefined,
  signal?: AbortSignal,
): Promise<void> {
  // The same bytes on every node, as corosync demands.
  const clusterKey = randomBytes(128)
  for (const disk of disks) {
    await installEtc(disk, clusterKey, signal)
    await installVar(disk.var, signal)
  }
}

async function installEtc(disk: LabDisk, clusterKey: Buffer, signal: AbortSignal | undefined): Promise<void> {
  const at = (path: string): string => join(disk.etc, path)
  await must('install', ['-d', at('corosync'), at('pacemaker'), at('init.d')], { signal })
  await copyFile('/etc/init.d/corosync', at('init.d/corosync'))
  await writeFile(at('init.d/pacemaker'), await quickInitScript(), { mode: 0o755 })
  await writeFile(at('default/pacemaker'), SETTINGS)
  await writeFile(at('corosync/corosync.conf'), corosyncConf(disk.names, disk.seats))
  await writeFile(at('corosync/authkey'), clusterKey, { mode: 0o400 })
  await must('chmod', ['644', at('corosync/corosync.conf')], { signal })
}

/** Debian's own, but it sleeps 5 s to see whether pacemakerd stays. */
async function quickInitScript(): Promise<string> {
  const script = await readFile('/etc/init.d/pacemaker', 'utf8')
  return script.replace(/\bsleep 5\b/, 'sleep 1')
}

async function installVar(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const at = (...paths: string[]): string[] => paths.map(path => join(folder, path))
  const pacemaker = ['lib/pacemaker', ...['cib', 'pengine', 'blackbox', 'cores'].map(name => `lib/pacemaker/${name}`)]
  const logs = ['log/pacemaker', 'log/pacemaker/bundles', 'log/crmsh']
  const owner = ['-o', 'hacluster', '-g', 'haclient']
  await must('install', ['-d', ...at('lib/corosync', 'log/corosync')], { signal })
  await must('install', ['-d', ...owner, '-m', '750', ...at(...pacemaker, ...logs)], { signal })
  const cib = join(folder, 'lib/pacemaker/cib/cib.xml')
  await writeFile(cib, firstCib())
  await must('chown', ['hacluster:haclient', cib], { signal })
}
