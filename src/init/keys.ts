import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const SIGNING_ROLES = ['bot', 'worker'] as const

/** Makes the key pairs of bot and worker: private ones readable for this user alone, public ones in `trusted/`. Overwrites nothing. */
export async function makeSigningKeys(folder: string): Promise<readonly string[]> {
  await mkdir(join(folder, 'trusted'), { recursive: true, mode: 0o755 })
  const files = SIGNING_ROLES.flatMap(role => {
    const pair = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    return [
      { path: join(folder, role), text: pair.privateKey, mode: 0o600 },
      { path: join(folder, 'trusted', `${role}.pub`), text: pair.publicKey, mode: 0o644 },
    ]
  })
  for (const { path, text, mode } of files) await writeFile(path, text, { mode, flag: 'wx' })
  return files.map(file => file.path)
}
