import { appendFile, readFile } from 'node:fs/promises'
import { systemClock } from '../../src/adapters/clock.ts'
import type { InventoryNode, SshSettings } from '../../src/clusters/inventory.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { type Sshd, type SshdOptions, startSshd } from '../../test/support/sshd.ts'
import { type Login, loginTo } from './login.ts'

/** What is a node to a client: an address with an sshd, to which one key gives access. */
export interface Nodes {
  readonly nodes: readonly InventoryNode[]
  readonly ssh: Pick<SshSettings, 'user' | 'knownHosts' | 'ledger'> & { readonly identityFile: string }
  /** The same, for clients that are not ours. */
  readonly logins: readonly Login[]
}

/** sshd listens on 16 sockets at most. */
const ADDRESSES = 16

/** Real sshds, each of which answers on several loopback addresses, so that few processes look like many nodes. */
export async function startNodes(
  count: number,
  options: Pick<SshdOptions, 'environment'>,
  lifecycle: Lifecycle,
): Promise<Nodes> {
  const logins: Login[] = []
  let first: Sshd | undefined
  while (logins.length < count) {
    const hosts = addresses(Math.min(ADDRESSES, count - logins.length))
    const sshd = await startOne(hosts, options, lifecycle)
    first ??= sshd
    await admit(first, sshd, hosts)
    for (const host of hosts) logins.push(await loginTo(sshd, first, host))
  }
  if (!first) throw new Error('no node was asked for')
  const { user, identityFile, knownHostsFile: knownHosts } = first
  const nodes = logins.map(({ host, port }, index) => ({ name: `node${index + 1}`, address: host, port }))
  return { nodes, logins, ssh: { user, identityFile, knownHosts, ledger: `${first.folder}/ledger` } }
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`)
}

async function startOne(
  hosts: readonly string[],
  options: Pick<SshdOptions, 'environment'>,
  lifecycle: Lifecycle,
): Promise<Sshd> {
  const listen = hosts.slice(1).map(host => `ListenAddress ${host}`)
  // One server stands for all of these: it must let in at once what so many would.
  const sshd = await startSshd({ ...options, config: [...listen, `MaxStartups ${10 * hosts.length}`] })
  lifecycle.add('sshd', () => sshd.close())
  await listening(sshd, hosts)
  return sshd
}

const LISTENING_MS = 10_000
const LOOK_AGAIN_MS = 10

/** startSshd waits for 127.0.0.1 alone, which sshd opens first; its log is all there is to see of the others. */
async function listening(sshd: Sshd, hosts: readonly string[]): Promise<void> {
  const limit = AbortSignal.timeout(LISTENING_MS)
  while (!hosts.every(host => sshd.log().includes(`Server listening on ${host} port`))) {
    if (limit.aborted) throw new Error(`sshd does not listen on ${hosts.length} addresses:\n${sshd.log()}`)
    await systemClock.sleep(LOOK_AGAIN_MS, limit)
  }
}

/** The first server's key and known_hosts are good for all of them. */
async function admit(first: Sshd, sshd: Sshd, hosts: readonly string[]): Promise<void> {
  const lines = hosts.map(host => sshd.knownHostsLines(`[${host}]:${sshd.port}`))
  await appendFile(first.knownHostsFile, lines.join(''))
  if (sshd !== first) await sshd.authorize((await readFile(`${first.identityFile}.pub`, 'utf8')).trim())
}
