import type { Cluster } from '../../clusters/inventory.ts'
import { bad, good, type Result } from '../../problem.ts'
import { errnoOf } from './identity.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import { pinsOf } from './pins.ts'

/** Node by node the pinned host keys, as `ssh-ed25519 SHA256:…`, sorted; empty for a node without a pin. */
export type PinnedFingerprints = Readonly<Record<string, readonly string[]>>

/** Reads them from the cluster's known_hosts as it is now; a problem when that cannot be read. */
export async function pinnedFingerprints(
  cluster: Cluster,
  files: KnownHostsFiles,
): Promise<Result<PinnedFingerprints>> {
  const file = cluster.ssh.knownHosts
  try {
    const known = await files.read(file)
    const pinned = Object.values(cluster.nodes).map(({ name, address, port }) => {
      const texts = pinsOf(known, address, port).trusted.map(({ type, fingerprint }) => `${type} ${fingerprint}`)
      return [name, texts.sort()] as const
    })
    return good(Object.fromEntries(pinned))
  } catch (error) {
    return bad({
      code: 'unreadable-known-hosts',
      message: `The known_hosts file ${file} of ${cluster.name} cannot be read (${errnoOf(error)}).`,
      stillTrue: 'No host key can be trusted, so nothing was sent to any node.',
      next: 'Make it with ssh-keyscan, and compare the fingerprints on the consoles of the nodes.',
    })
  }
}
