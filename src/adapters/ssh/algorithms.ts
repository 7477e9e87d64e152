import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'

export type AlgorithmProfile = 'modern' | 'legacy'

type HostKeyAlgorithm = ServerHostKeyAlgorithm

const MODERN_HOST_KEYS: readonly HostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Without SHA-1, which ssh2 has in its own default offer (ssh-and-remote-execution.md §3.5). */
const MODERN = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
} as const

/** What OpenSSH 4.x and 5.x need on top; always after the modern ones. */
const LEGACY = {
  kex: ['diffie-hellman-group-exchange-sha256', 'diffie-hellman-group14-sha1'],
  cipher: ['aes128-ctr', 'aes256-cbc', 'aes128-cbc'],
  hmac: ['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1'],
} as const

/** Signature algorithms by the type of the key they are made with, where the two differ. */
const MADE_WITH: Partial<Record<HostKeyAlgorithm, string>> = { 'rsa-sha2-512': 'ssh-rsa', 'rsa-sha2-256': 'ssh-rsa' }

/**
 * What to offer to a host. The key types that known_hosts has for it come first, as OpenSSH does it: else a host that
 * is pinned by one type would present another one and look changed.
 */
export function algorithmsFor(profile: AlgorithmProfile, pinnedTypes: ReadonlySet<string>): Algorithms {
  const legacy = profile === 'legacy'
  const hostKeys: readonly HostKeyAlgorithm[] = legacy ? [...MODERN_HOST_KEYS, 'ssh-rsa'] : MODERN_HOST_KEYS
  const pinned = (algorithm: HostKeyAlgorithm): boolean => pinnedTypes.has(MADE_WITH[algorithm] ?? algorithm)
  return {
    kex: [...MODERN.kex, ...(legacy ? LEGACY.kex : [])],
    cipher: [...MODERN.cipher, ...(legacy ? LEGACY.cipher : [])],
    hmac: [...MODERN.hmac, ...(legacy ? LEGACY.hmac : [])],
    serverHostKey: [...hostKeys.filter(pinned), ...hostKeys.filter(algorithm => !pinned(algorithm))],
    compress: ['none'],
  }
}
