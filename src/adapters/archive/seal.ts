import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../canonical.ts'
import type { Journal } from '../../runs/journal.ts'
import type { RunRecord } from '../../runs/state.ts'
import { BUNDLE, BUNDLE_LIMITS, RENDERING, renderedFiles } from '../../transcripts/bundle.ts'
import { gatherOutputs } from '../../transcripts/gather.ts'
import { outputRefs } from '../../transcripts/output-refs.ts'
import { parseSeal, type Statement, sealText, statementText } from '../../transcripts/proof/seal.ts'
import { isSafePath, parseSums, sumsText } from '../../transcripts/proof/sums.ts'
import { hashFile, listFiles, readHead, readSmall, writeDurably } from './bundle-files.ts'
import { readEntries } from './entry-file.ts'
import { runFolder, syncFolder } from './folders.ts'
import { openStaging } from './staging.ts'

export interface Sealing {
  readonly archive: string
  /** The worker's signature (base64 Ed25519). */
  readonly sign: (text: string) => string
  /** Name of the worker. */
  readonly by: string
  readonly journal: Pick<Journal, 'load'>
}

/**
 * - `sealed`: the bundle is whole and signed; `damaged` are outputs that are not as their events tell, and are sealed as they are;
 *   `altered` are files that somebody changed or removed below the seal there was: they are rendered anew, from the journal
 * - `already`: it was, and nothing came after
 * - `open`: the run has not ended, or goes on meanwhile, or the archive knows more of it than the journal: nothing was sealed
 */
export type Sealed =
  | { readonly kind: 'sealed'; readonly damaged: readonly string[]; readonly altered: readonly string[] }
  | { readonly kind: 'already' | 'open' }

const TRIES = 3
const SEAL_BYTES = 64 * 1024

/**
 * Seals the bundle of a run that has ended: renders it, removes what dead workers left, hashes every file and signs. To be repeated after
 * every further ending, and harmless to repeat. The old seal goes first and the new one comes last, so that a crash leaves a bundle
 * without a seal, never one that does not fit its seal. Throws when the archive cannot be written.
 */
export async function sealBundle(sealing: Sealing, run: string): Promise<Sealed> {
  let altered: readonly string[] = []
  for (let attempt = 1; ; attempt++) {
    const record = await sealing.journal.load(run)
    if (record?.state.phase !== 'finished') return { kind: 'open' }
    const folder = runFolder(sealing.archive, run, record.state.number)
    const below = await sealedFor(folder, record)
    if (below?.length === 0) return { kind: 'already' }
    // Later ones may be the traces of another worker that seals at this moment.
    if (attempt === 1) altered = below ?? []
    if (await isBehind(sealing.archive, folder, record)) return { kind: 'open' }
    const { damaged } = await seal(sealing, folder, record)
    // Two workers may seal at once; whoever is last sees whether the files of one stand below the seal of the other.
    if ((await sealedFor(folder, record))?.length === 0) return { kind: 'sealed', damaged, altered }
    if (attempt === TRIES) return { kind: 'open' }
  }
}

/** With a seal for this end of the run: what is not as it was sealed, of all that is rendered. Without one undefined. */
async function sealedFor(folder: string, record: RunRecord): Promise<readonly string[] | undefined> {
  const statement = await sealed(folder)
  if (statement?.head !== record.state.head || statement.rendering !== RENDERING) return undefined
  const bytes = await readFile(join(folder, BUNDLE.sums)).catch(() => Buffer.alloc(0))
  if (sha256(bytes) !== statement.sums) return [BUNDLE.sums]
  const unlike: string[] = []
  for (const [file, hash] of parseSums(bytes) ?? new Map<string, string>())
    if (!file.startsWith('output/') && (await hashFile(join(folder, file))) !== hash) unlike.push(file)
  return unlike
}

async function sealed(folder: string): Promise<Statement | undefined> {
  const bytes = await readSmall(join(folder, BUNDLE.seal), SEAL_BYTES)
  return bytes && parseSeal(bytes)?.statement
}

/** The archive knows more of this run than the journal: Redis has forgotten something, and a longer bundle must not become a shorter one. */
async function isBehind(archive: string, folder: string, { state }: RunRecord): Promise<boolean> {
  const known = await readEntries(archive, state.run, state.number)
  return (known.at(-1)?.seq ?? 0) > state.seq || ((await sealed(folder))?.seq ?? 0) > state.seq
}

async function seal(sealing: Sealing, folder: string, record: RunRecord): Promise<{ damaged: string[] }> {
  await mkdir(folder, { recursive: true, mode: 0o770 })
  await rm(join(folder, BUNDLE.seal), { force: true })
  await syncFolder(folder)
  await removeLeftovers(sealing, folder, record)
  const staging = await openStaging(sealing.archive, randomBytes(8).toString('hex'))
  try {
    return await fill(sealing, { staging, folder }, record)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Output that no event tells of: a worker died while it wrote, and another one has stored the whole under another name. */
async function removeLeftovers({ journal }: Sealing, folder: string, record: RunRecord): Promise<void> {
  const known = new Set(outputRefs(record).map(ref => ref.file))
  const { files } = await listFiles(folder)
  const leftovers = files.filter(file => file.startsWith('output/') && !known.has(file))
  // Asked after the listing: if the run has not gone on by now, nobody who may write can have made one of these.
  const now = leftovers.length > 0 ? await journal.load(record.state.run) : undefined
  if (now?.state.head !== record.state.head) return
  for (const file of leftovers) await rm(join(folder, file), { force: true })
}

interface Where {
  readonly staging: string
  readonly folder: string
}

async function fill({ sign, by }: Sealing, where: Where, record: RunRecord): Promise<{ damaged: string[] }> {
  const rendered = await render(where.folder, record)
  for (const [file, content] of rendered) await place(where, file, content)
  const { sums, damaged } = await sumUp(where.folder, [...rendered.keys()], record)
  const { run, number, seq, head } = record.state
  const rest = { sums: sha256(sums), rendering: RENDERING, by }
  const statement: Statement = { kind: 'ha-bot seal 1', run, number, seq, head, ...rest }
  await place(where, BUNDLE.sums, sums)
  await place(where, BUNDLE.seal, sealText(statement, sign(statementText(statement))))
  return { damaged }
}

async function render(folder: string, record: RunRecord): Promise<ReadonlyMap<string, string>> {
  const { each, total } = BUNDLE_LIMITS
  const read = (_: string, __: number, file: string, limit: number) => readHead(join(folder, file), limit)
  return renderedFiles(record, await gatherOutputs({ read }, record, each, total))
}

/** What is there already and right stays: events.ndjson above all, which somebody may be about to continue. */
async function place({ staging, folder }: Where, file: string, content: string): Promise<void> {
  const now = await readFile(join(folder, file)).catch(() => undefined)
  if (now?.equals(Buffer.from(content))) return
  const beside = join(staging, file)
  await writeDurably(beside, content)
  await rename(beside, join(folder, file))
  await syncFolder(folder)
}

async function sumUp(folder: string, rendered: readonly string[], record: RunRecord) {
  const sums = new Map<string, string>()
  const refs = outputRefs(record)
  for (const file of [...rendered, ...refs.map(ref => ref.file)]) {
    const hash = isSafePath(file) ? await hashFile(join(folder, file)) : undefined
    if (hash !== undefined) sums.set(file, hash)
  }
  const damaged = refs.filter(ref => sums.get(ref.file) !== ref.sha256).map(ref => ref.file)
  return { sums: sumsText(sums), damaged: [...new Set(damaged)] }
}
