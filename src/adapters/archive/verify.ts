import { join } from 'node:path'
import { z } from 'zod'
import { sha256 } from '../../canonical.ts'
import type { Entry } from '../../runs/events.ts'
import { BUNDLE } from '../../transcripts/bundle.ts'
import { checkEntries } from '../../transcripts/proof/check-entries.ts'
import { checkFiles, type Hashes } from '../../transcripts/proof/check-files.ts'
import { checkPlans } from '../../transcripts/proof/check-plans.ts'
import type { Fault } from '../../transcripts/proof/fault.ts'
import { parsedJson } from '../../transcripts/proof/json.ts'
import { parseSeal, type Statement, statementText } from '../../transcripts/proof/seal.ts'
import { parseSums, type Sums } from '../../transcripts/proof/sums.ts'
import { hearWitness, type Witness } from '../../transcripts/proof/witness.ts'
import { hashFile, type Listing, linesOf, listFiles, readSmall } from './bundle-files.ts'
import { compareRendered } from './compare-rendered.ts'

export interface Verifying {
  readonly folder: string
  /** Whether a worker that is trusted signed exactly this text. */
  readonly isSigned: (text: string, signature: string) => boolean
  readonly witness?: Witness
}

export interface Verdict {
  /** Of the seal, when it can be read. */
  readonly statement?: Statement
  readonly entries: number
  readonly files: number
  /** Everything that is not as it was sealed; empty when the bundle is unaltered. */
  readonly faults: readonly Fault[]
  /** What else is worth knowing. */
  readonly notes: readonly string[]
}

/** As much as the checks rely on; all of it is held against its hash. */
const Numbered = z.looseObject({
  seq: z.number().int(),
  hash: z.string(),
  prev: z.string(),
  event: z.looseObject({ type: z.string() }),
})
const SEAL_BYTES = 64 * 1024
const SUMS_BYTES = 64 * 1024 * 1024

/** Whether a folder is a bundle at all, sealed or not. */
export async function isBundle(folder: string): Promise<boolean> {
  const { files } = await listFiles(folder).catch((): Listing => ({ files: [], odd: [] }))
  return [BUNDLE.events, BUNDLE.sums, BUNDLE.seal].some(name => files.includes(name))
}

/** Holds a bundle against its seal, file by file and entry by entry, and tells everything that differs. Needs nothing but the folder. */
export async function verifyBundle({ folder, isSigned, witness }: Verifying): Promise<Verdict> {
  const { files, odd } = await listFiles(folder)
  const { statement, faults: ofSeal } = await checkSeal(folder, files, isSigned)
  const { sums, faults: ofSums } = await checkSums(folder, files, statement)
  const lines = await readLines(join(folder, BUNDLE.events))
  const entries = ordered(lines)
  const hashes = await hashesOf(folder, files)
  const testimony = witness && hearWitness(entries, witness)
  const contents = await checkContents(folder, { hashes, sums, entries, statement })
  return {
    ...(statement && { statement }),
    entries: entries.length,
    files: files.length,
    faults: [
      ...ofSeal,
      ...ofSums,
      ...odd.map(path => ({ where: path, what: 'is neither a file nor a folder: it does not belong here' })),
      ...checkEntries(lines, statement),
      ...contents.faults,
      ...(testimony?.kind === 'contradicts' ? [testimony.fault] : []),
    ],
    notes: [...contents.notes, ...(testimony?.kind === 'agrees' ? [testimony.note] : [])],
  }
}

interface Contents {
  readonly hashes: Hashes
  readonly sums: Sums | undefined
  readonly entries: readonly Entry[]
  readonly statement: Statement | undefined
}

/** What the entries say, held against plans and files. Somebody else's events may be anything: that is a fault, and no defect of ours. */
async function checkContents(
  folder: string,
  contents: Contents,
): Promise<{ faults: Fault[]; notes: readonly string[] }> {
  const { hashes, sums, entries, statement } = contents
  try {
    const { differences, notes } = await compareRendered(folder, entries, hashes, statement)
    return { faults: [...checkPlans(entries), ...checkFiles({ hashes, sums, entries, differences })], notes }
  } catch {
    const strange = { where: BUNDLE.events, what: 'holds entries that are not as ha-bot writes them' }
    return { faults: [strange, ...checkFiles({ hashes, sums, entries: undefined, differences: new Map() })], notes: [] }
  }
}

async function checkSeal(folder: string, files: readonly string[], isSigned: Verifying['isSigned']) {
  const where = BUNDLE.seal
  if (!files.includes(where))
    return { faults: [{ where, what: 'is not there: this bundle was never sealed, or the seal was removed' }] }
  const seal = parseSeal((await readSmall(join(folder, where), SEAL_BYTES)) ?? Buffer.alloc(0))
  if (!seal) return { faults: [{ where, what: 'was altered: it is not a seal as ha-bot writes it' }] }
  const { statement, signature } = seal
  if (isSigned(statementText(statement), signature)) return { statement, faults: [] }
  return {
    statement,
    faults: [{ where, what: 'is not signed by a key you trust: it was altered, or sealed with another key' }],
  }
}

async function checkSums(folder: string, files: readonly string[], statement: Statement | undefined) {
  const where = BUNDLE.sums
  const bytes = files.includes(where) ? await readSmall(join(folder, where), SUMS_BYTES) : undefined
  if (!bytes) return { faults: [{ where, what: 'is missing' }] }
  const sums = parseSums(bytes)
  const isSealed = !statement || sha256(bytes) === statement.sums
  const faults = isSealed ? [] : [{ where, what: 'was altered: it is not the one that was sealed' }]
  if (sums) return { sums, faults }
  return { faults: faults.length > 0 ? faults : [{ where, what: 'was altered: it is not as ha-bot writes it' }] }
}

async function hashesOf(folder: string, files: readonly string[]): Promise<Hashes> {
  const hashes = new Map<string, string | undefined>()
  for (const file of files)
    if (file !== BUNDLE.seal && file !== BUNDLE.sums) hashes.set(file, await hashFile(join(folder, file)))
  return hashes
}

/** Line by line, so that no size of file is a danger. */
async function readLines(path: string): Promise<(Entry | undefined)[]> {
  const lines: (Entry | undefined)[] = []
  try {
    for await (const line of linesOf(path)) lines.push(entryIn(line))
  } catch {
    return lines
  }
  return lines
}

function entryIn(line: string): Entry | undefined {
  const value = parsedJson(line)
  return Numbered.safeParse(value).success ? (value as Entry) : undefined
}

/** The entries each once, by their numbers: what the other checks go by. */
function ordered(lines: readonly (Entry | undefined)[]): Entry[] {
  const bySeq = new Map<number, Entry>()
  for (const line of lines) if (line && !bySeq.has(line.seq)) bySeq.set(line.seq, line)
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}
