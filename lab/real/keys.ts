import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'
import type { Seat } from './names.ts'

export interface LabKeys {
  /** Private key for root on every node. */
  readonly identityFile: string
  readonly authorizedKey: string
  readonly knownHostsFile: string
  /** The file with a node's private host key. */
  hostKey(node: string): string
}

/** Makes the login key, a host key per node and the known_hosts that pins them by address, all in `folder`. */
export async function makeKeys(seats: readonly Seat[], folder: string, signal?: AbortSignal): Promise<LabKeys> {
  const identityFile = join(folder, 'identity')
  const knownHostsFile = join(folder, 'known_hosts')
  const hostKey = (node: string): string => join(folder, `host-${node}`)
  await Promise.all([
    makeKey(identityFile, 'ha-bot', signal),
    ...seats.map(async ({ name }) => await makeKey(hostKey(name), name, signal)),
  ])
  const pins = seats.map(async ({ name, address }) => `${address} ${await publicKey(hostKey(name))}`)
  await writeFile(knownHostsFile, (await Promise.all(pins)).join(''))
  return { identityFile, authorizedKey: await publicKey(identityFile), knownHostsFile, hostKey }
}

/**
 * sshd_config(5) of a node: root by key only. It listens at the addresses of groups as well, where clients of a group find it then. `SetEnv`
 * stands in for login scripts, which the node does not run.
 */
export function sshdConfig(): string {
  return `ListenAddress 0.0.0.0:22
HostKey /etc/ha-lab/host_key
AuthorizedKeysFile /etc/ha-lab/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PidFile none
PrintMotd no
MaxStartups 200
MaxSessions 200
SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
Subsystem sftp internal-sftp
`
}

async function makeKey(file: string, comment: string, signal: AbortSignal | undefined): Promise<void> {
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file], { signal })
}

async function publicKey(privateKeyFile: string): Promise<string> {
  return await readFile(`${privateKeyFile}.pub`, 'utf8')
}
