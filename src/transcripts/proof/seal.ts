import { z } from 'zod'
import { canonicalJson } from '../../canonical.ts'
import { parsedJson } from './json.ts'

const HASH = z.string().regex(/^[0-9a-f]{64}$/)

/** What a seal vouches for: where the chain of a run ends, and every file beside it. `kind` keeps it apart from all else that is signed. */
export const Statement = z.strictObject({
  kind: z.literal('ha-bot seal 1'),
  run: z.string(),
  number: z.number().int(),
  /** The last entry of the chain, and its hash. */
  seq: z.number().int().min(1),
  head: HASH,
  /** SHA-256 of the file SHA256SUMS. */
  sums: HASH,
  /** How transcripts were rendered (bundle.ts, RENDERING). */
  rendering: z.number().int(),
  /** The worker that sealed it. */
  by: z.string(),
})
export type Statement = z.infer<typeof Statement>

/** Exactly what is signed, its newline included: `head -n 1 SEAL` gives it to other tools. */
export function statementText(statement: Statement): string {
  return `${canonicalJson(statement)}\n`
}

/** The file SEAL: the statement in the first line, the signature in the second. */
export function sealText(statement: Statement, signature: string): string {
  return `${statementText(statement)}ed25519 ${signature}\n`
}

/** The parts of a SEAL, or undefined unless every byte is as `sealText` writes it. */
export function parseSeal(bytes: Buffer): { readonly statement: Statement; readonly signature: string } | undefined {
  const [first = '', second = ''] = bytes.toString('utf8').split('\n')
  const statement = Statement.safeParse(parsedJson(first)).data
  const signature = /^ed25519 ([A-Za-z0-9+/]{86}==)$/.exec(second)?.[1]
  if (!statement || signature === undefined || !isCanonical(signature)) return undefined
  return Buffer.from(sealText(statement, signature)).equals(bytes) ? { statement, signature } : undefined
}

/** The last character of base64 has bits that decoders do not look at. */
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, 'base64').toString('base64') === base64
}
