import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'

export interface KeyPair {
  readonly private: string
  /** `ssh-ed25519 AAAA…` */
  readonly public: string
}

/** A key that can be read back: ssh2 1.17 writes a malformed ed25519 key now and then. */
export function newKeyPair(comment: string): KeyPair {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    const keys = [ssh2.utils.parseKey(pair.private), ssh2.utils.parseKey(pair.public)]
    if (!keys.some(key => key instanceof Error)) return pair
  }
  throw new Error('ssh2 made no readable ed25519 key in 50 attempts')
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
