import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { firstCib } from './cib.ts'
import { must } from './command.ts'
import { corosyncConf } from './corosync-conf.ts'
import { type LabKeys, sshdConfig } from './keys.ts'
import { type LabNames, NODE_NAMES, type NodeName, nodeAddress } from './names.ts'

export interface DiskContents {
  readonly names: LabNames
  readonly node: NodeName
  readonly keys: LabKeys
  /** The same bytes on every node, as corosync demands of /etc/corosync/authkey. */
  readonly clusterKey: Buffer
}

const FROM_MACHINE = [
  ...['bash.bashrc', 'crm', 'debian_version', 'default', 'environment', 'gai.conf', 'group', 'host.conf', 'iproute2'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'login.defs', 'nsswitch.conf', 'os-release', 'pam.d'],
  ...['profile', 'protocols', 'security', 'services', 'timezone'],
]

/** Fills `disk` with the /etc and /var of a node. They outlive a power cut, as disks do, and end with the lab. */
export async function installDisk(disk: string, contents: DiskContents, signal?: AbortSignal): Promise<void> {
  await mkdir(disk, { mode: 0o700 })
  await Promise.all([installEtc(join(disk, 'etc'), contents, signal), installVar(join(disk, 'var'), signal)])
}

async function installEtc(etc: string, contents: DiskContents, signal: AbortSignal | undefined): Promise<void> {
  const { names, node, keys, clusterKey } = contents
  const folders = ['', 'alternatives', 'corosync', 'ha-lab', 'pacemaker'].map(name => join(etc, name))
  await must('install', ['-d', ...folders], { signal })
  await copyFromMachine(etc, signal)
  await copyFile(keys.hostKeys[node], join(etc, 'ha-lab/host_key'))
  await Promise.all([
    writeFile(join(etc, 'passwd'), await nodeAccounts()),
    writeFile(join(etc, 'shadow'), 'root:*:::::::\n', { mode: 0o600 }),
    writeFile(join(etc, 'hostname'), `${node}\n`),
    writeFile(join(etc, 'hosts'), hosts(names)),
    writeFile(join(etc, 'corosync/corosync.conf'), corosyncConf(names)),
    writeFile(join(etc, 'corosync/authkey'), clusterKey, { mode: 0o400 }),
    writeFile(join(etc, 'ha-lab/authorized_keys'), keys.authorizedKey, { mode: 0o600 }),
    writeFile(join(etc, 'ha-lab/sshd_config'), sshdConfig(nodeAddress(names, node))),
  ])
  // The machine's umask may be strict, but hacluster must be able to look names up.
  const open = ['passwd', 'hostname', 'hosts', 'corosync/corosync.conf'].map(name => join(etc, name))
  await must('chmod', ['644', ...open], { signal })
}

/** Name lookups, libraries, logins, Pacemaker's settings: not the machine's secrets, and not 1,300 files. */
async function copyFromMachine(etc: string, signal: AbortSignal | undefined): Promise<void> {
  const there = new Set(await readdir('/etc'))
  const files = FROM_MACHINE.filter(name => there.has(name)).map(name => join('/etc', name))
  await must('cp', ['-a', ...files, etc], { signal })
}

/** The machine's accounts, but root gets plain sh and an empty home: bash would run the machine's .bashrc for every command over SSH. */
async function nodeAccounts(): Promise<string> {
  const accounts = await readFile('/etc/passwd', 'utf8')
  return accounts.replace(/^root:.*$/m, 'root:x:0:0:root:/run/root:/bin/sh')
}

function hosts(names: LabNames): string {
  const peers = NODE_NAMES.map(peer => `${nodeAddress(names, peer)} ${peer}\n`)
  return `127.0.0.1 localhost\n${peers.join('')}`
}

async function installVar(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const at = (...paths: string[]): string[] => paths.map(path => join(folder, path))
  const plain = at('', 'lib', 'lib/corosync', 'log', 'log/corosync', 'cache', 'spool')
  const pacemaker = ['lib/pacemaker', ...['cib', 'pengine', 'blackbox', 'cores'].map(name => `lib/pacemaker/${name}`)]
  const logs = ['log/pacemaker', 'log/pacemaker/bundles', 'log/crmsh']
  const owner = ['-o', 'hacluster', '-g', 'haclient']
  await must('install', ['-d', ...plain], { signal })
  await must('install', ['-d', '-m', '1777', ...at('tmp')], { signal })
  await must('install', ['-d', ...owner, '-m', '750', ...at(...pacemaker, ...logs)], { signal })
  await symlink('/run', join(folder, 'run'))
  await symlink('/run/lock', join(folder, 'lock'))
  const cib = join(folder, 'lib/pacemaker/cib/cib.xml')
  await writeFile(cib, firstCib())
  await must('chown', ['hacluster:haclient', cib], { signal })
}
