import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'

export interface KeyPair {
  readonly private: string
  /** `ssh-ed25519 AAAA…` */
  readonly public: string
}

export function newKeyPair(comment: string): KeyPair {
  return ssh2.utils.generateKeyPairSync('ed25519', { comment })
}

/** Writes the client's private key so that ssh accepts it; returns the file. */
export function writeIdentity(folder: string, pair: KeyPair): string {
  const file = join(folder, 'id_ed25519')
  writeFileSync(file, pair.private, { mode: 0o600 })
  writeFileSync(`${file}.pub`, `${pair.public}\n`)
  return file
}

/** Pins every host key; `hosts` are port and public key. */
export function writeKnownHosts(
  folder: string,
  hosts: readonly { readonly port: number; readonly key: string }[],
): string {
  const file = join(folder, 'known_hosts')
  const line = ({ port, key }: { port: number; key: string }) =>
    `[127.0.0.1]:${port} ${key.split(' ').slice(0, 2).join(' ')}\n`
  writeFileSync(file, hosts.map(line).join(''))
  return file
}
