import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { LAB_ENVIRONMENT, run } from './command.ts'

/** What the lab runs, and the Debian package that has it; absolute paths are resource agents. */
export const NEEDED = {
  ip: 'iproute2',
  corosync: 'corosync',
  pacemakerd: 'pacemaker',
  crm_mon: 'pacemaker-cli-utils',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  hostname: 'hostname',
  '/usr/lib/ocf/resource.d/pacemaker/Dummy': 'pacemaker-resource-agents',
  '/usr/lib/ocf/resource.d/heartbeat/IPaddr2': 'resource-agents',
  cl_status: 'heartbeat',
  stonith: 'cluster-glue',
  ipmi_sim: 'openipmi',
  ipmitool: 'ipmitool',
  fence_ipmilan: 'fence-agents',
} as const

/** What this machine lacks for the real lab, each with what mends it. Empty: it can run. Changes nothing. */
export async function realWorldMissing(): Promise<string[]> {
  if (process.platform !== 'linux') return [`The real lab needs Linux; this is ${process.platform}.`]
  const absent = await absentPackages()
  if (process.getuid?.() !== 0) return ['The real lab needs root: start it again with "sudo".', ...absent]
  return [...absent, ...(await refusedNamespaces())]
}

async function absentPackages(): Promise<string[]> {
  const found = await Promise.all(Object.keys(NEEDED).map(installed))
  const absent = Object.entries(NEEDED).filter((_, index) => !found[index])
  return absent.map(
    ([what, name]) => `${what} is not installed: "apt-get install --no-install-recommends ${name}" brings it.`,
  )
}

async function installed(what: string): Promise<boolean> {
  const folders = what.startsWith('/') ? [''] : LAB_ENVIRONMENT.PATH.split(delimiter)
  const found = await Promise.all(folders.map(async folder => await executable(join(folder, what))))
  return found.includes(true)
}

async function executable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** In namespaces of its own, which end with it, tries what a lab does: a bridge, a cable, a mount. */
async function refusedNamespaces(): Promise<string[]> {
  const trial =
    'ip link add bridge type bridge && ip link add name cable type veth peer name plug && mount -t tmpfs tmpfs /tmp'
  const namespaces = ['--net', '--mount', '--uts', '--pid', '--ipc', '--fork']
  const answer = await run('unshare', [...namespaces, '/bin/sh', '-c', trial]).catch(String)
  if (typeof answer !== 'string' && answer.exitCode === 0) return []
  const why = (typeof answer === 'string' ? answer : answer.stderr).trim()
  return [
    `This machine does not permit namespaces with a network (${why}): in a container, start it with "--privileged".`,
  ]
}
