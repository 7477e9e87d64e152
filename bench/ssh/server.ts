import { appendFile } from 'node:fs/promises'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Sshd, type SshdOptions, startSshd } from '../../test/support/sshd.ts'

export interface ManyAddresses {
  readonly sshd: Sshd
  readonly hosts: readonly string[]
}

/** One real sshd that answers on many loopback addresses: to a client as many nodes, each with a connection of its own. */
export async function startNodes(
  count: number,
  options: Pick<SshdOptions, 'environment'>,
  lifecycle: Lifecycle,
): Promise<ManyAddresses> {
  const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`)
  const config = [
    ...hosts.slice(1).map(host => `ListenAddress ${host}`),
    // One server stands for all: it must let in at once what as many would.
    `MaxStartups ${10 * count}`,
  ]
  const sshd = await startSshd({ ...options, config })
  lifecycle.add('sshd', () => sshd.close())
  await appendFile(sshd.knownHostsFile, hosts.map(host => sshd.knownHostsLines(`[${host}]:${sshd.port}`)).join(''))
  return { sshd, hosts }
}
