import { generateKeyPairSync, sign } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runFolder } from '../../src/adapters/archive/folders.ts'
import { type Sealed, sealBundle } from '../../src/adapters/archive/seal.ts'
import { type Verdict, verifyBundle } from '../../src/adapters/archive/verify.ts'
import { isSignedBy } from '../../src/adapters/signatures/bot-signature.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { outputRefs } from '../../src/transcripts/output-refs.ts'
import type { Witness } from '../../src/transcripts/proof/witness.ts'

const pair = generateKeyPairSync('ed25519')
/** Somebody else's. */
const stranger = generateKeyPairSync('ed25519')

/** The public half of the worker's key, as `ha init` writes it. */
export const WORKER_PUB = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** What is stored under a name that the events tell. */
export type Stored = (file: string) => Promise<Buffer> | Buffer

export interface Vault {
  readonly archive: string
  /** What the journal holds; change it and seal again. */
  record: RunRecord
  folder(): string
  seal(key?: 'worker' | 'stranger'): Promise<Sealed>
  verify(folder?: string, witness?: Witness): Promise<Verdict>
  /** `where: what` of everything that is wrong. */
  wrong(folder?: string, witness?: Witness): Promise<string[]>
  /** A copy to spoil. */
  copy(): Promise<string>
}

/** An archive with the bundle of one run, not sealed yet. */
export async function createVault(record: RunRecord, stored: Stored): Promise<Vault> {
  const archive = await mkdtemp(join(tmpdir(), 'ha-vault-'))
  onTestFinished(() => rm(archive, { recursive: true, force: true }))
  let copies = 0
  const vault: Vault = {
    archive,
    record,
    folder: () => runFolder(archive, vault.record.state.run, vault.record.state.number),
    seal: (key = 'worker') =>
      sealBundle(
        {
          archive,
          by: 'worker@test:1',
          sign: text =>
            sign(null, Buffer.from(text), (key === 'worker' ? pair : stranger).privateKey).toString('base64'),
          journal: { load: async () => vault.record },
        },
        vault.record.state.run,
      ),
    verify: (folder = vault.folder(), witness) =>
      verifyBundle({
        folder,
        isSigned: (text, signature) => isSignedBy([pair.publicKey], text, signature),
        ...(witness && { witness }),
      }),
    wrong: async (folder, witness) => {
      const { faults } = await vault.verify(folder, witness)
      return faults.map(({ where, what }) => `${where}: ${what}`)
    },
    copy: async () => {
      copies += 1
      const to = join(archive, `copy-${copies}`)
      await cp(vault.folder(), to, { recursive: true })
      return to
    },
  }
  for (const { file } of outputRefs(record)) await writeOutput(vault.folder(), file, await stored(file))
  return vault
}

export async function writeOutput(folder: string, file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), content)
}
