import { readFile } from 'node:fs/promises'
import type { Sshd } from '../../test/support/sshd.ts'

/** How one address of a server is logged in to. */
export interface Login {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly identityFile: string
  readonly knownHostsFile: string
  readonly privateKey: Buffer
  /** The key the server must show. */
  readonly hostKey: Buffer
}

/** `by`: the server whose key and known_hosts are used. */
export async function loginTo(sshd: Sshd, by: Sshd = sshd, host: string = sshd.address): Promise<Login> {
  const { port, user } = sshd
  const { identityFile, knownHostsFile } = by
  const hostKey = Buffer.from(sshd.hostKeys[0]?.split(' ')[1] ?? '', 'base64')
  return { host, port, user, identityFile, knownHostsFile, privateKey: await readFile(identityFile), hostKey }
}
