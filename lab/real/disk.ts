import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'
import { type LabKeys, sshdConfig } from './keys.ts'
import type { LabNames, Seat } from './names.ts'
import type { LabDisk, LabStack } from './stack.ts'

export interface DiskContents {
  readonly names: LabNames
  readonly seats: readonly Seat[]
  readonly seat: Seat
  readonly keys: LabKeys
  readonly stack: Pick<LabStack, 'daemons' | 'fromMachine'>
}

const FROM_MACHINE = [
  ...['bash.bashrc', 'debian_version', 'default', 'environment', 'gai.conf', 'group', 'host.conf', 'iproute2'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'login.defs', 'nsswitch.conf', 'os-release', 'pam.d'],
  ...['profile', 'protocols', 'security', 'services', 'timezone'],
]

/** Fills `folder` with the /etc and /var of a node. They outlive a power cut, as disks do, and end with the lab. */
export async function installDisk(folder: string, contents: DiskContents, signal?: AbortSignal): Promise<LabDisk> {
  const disk = { ...contents, etc: join(folder, 'etc'), var: join(folder, 'var') }
  await mkdir(folder, { mode: 0o700 })
  await Promise.all([installEtc(disk.etc, contents, signal), installVar(disk.var, signal)])
  return disk
}

async function installEtc(etc: string, contents: DiskContents, signal: AbortSignal | undefined): Promise<void> {
  const { seats, seat, keys, stack } = contents
  const folders = ['', 'alternatives', 'ha-lab'].map(name => join(etc, name))
  await must('install', ['-d', ...folders], { signal })
  await copyFromMachine(etc, [...FROM_MACHINE, ...stack.fromMachine], signal)
  await copyFile(keys.hostKey(seat.name), join(etc, 'ha-lab/host_key'))
  await copyFile(stack.daemons, join(etc, 'ha-lab/daemons.sh'))
  await Promise.all([
    writeFile(join(etc, 'passwd'), await nodeAccounts()),
    writeFile(join(etc, 'shadow'), 'root:*:::::::\n', { mode: 0o600 }),
    writeFile(join(etc, 'hostname'), `${seat.name}\n`),
    writeFile(join(etc, 'hosts'), hosts(seats)),
    writeFile(join(etc, 'ha-lab/authorized_keys'), keys.authorizedKey, { mode: 0o600 }),
    writeFile(join(etc, 'ha-lab/sshd_config'), sshdConfig()),
  ])
  // The machine's umask may be strict, but hacluster must be able to look names up.
  await must('chmod', ['644', ...['passwd', 'hostname', 'hosts'].map(name => join(etc, name))], { signal })
}

/** Name lookups, libraries, logins, the stack's settings: not the machine's secrets, and not 1,300 files. */
async function copyFromMachine(etc: string, wanted: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const there = new Set(await readdir('/etc'))
  const files = wanted.filter(name => there.has(name)).map(name => join('/etc', name))
  await must('cp', ['-a', ...files, etc], { signal })
}

/** The machine's accounts, but root gets plain sh and an empty home: bash would run the machine's .bashrc for every command over SSH. */
async function nodeAccounts(): Promise<string> {
  const accounts = await readFile('/etc/passwd', 'utf8')
  return accounts.replace(/^root:.*$/m, 'root:x:0:0:root:/run/root:/bin/sh')
}

function hosts(seats: readonly Seat[]): string {
  return `127.0.0.1 localhost\n${seats.map(({ address, name }) => `${address} ${name}\n`).join('')}`
}

async function installVar(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const at = (...paths: string[]): string[] => paths.map(path => join(folder, path))
  await must('install', ['-d', ...at('', 'lib', 'log', 'cache', 'spool')], { signal })
  await must('install', ['-d', '-m', '1777', ...at('tmp')], { signal })
  await symlink('/run', join(folder, 'run'))
  await symlink('/run/lock', join(folder, 'lock'))
}
