import { join } from 'node:path'
import { brokenAt } from '../../runs/chain.ts'
import type { Entry } from '../../runs/events.ts'
import { fold } from '../../runs/fold.ts'
import type { RunRecord } from '../../runs/state.ts'
import { BUNDLE, BUNDLE_LIMITS, RENDERING, renderedFiles } from '../../transcripts/bundle.ts'
import { gatherOutputs } from '../../transcripts/gather.ts'
import { outputRefs } from '../../transcripts/output-refs.ts'
import { printable } from '../../transcripts/printable.ts'
import type { Hashes } from '../../transcripts/proof/check-files.ts'
import type { Statement } from '../../transcripts/proof/seal.ts'
import { isSafePath } from '../../transcripts/proof/sums.ts'
import { readHead, readSmall } from './bundle-files.ts'

interface Compared {
  /** Where a file first says something else than the events, by file. */
  readonly differences: ReadonlyMap<string, string>
  readonly notes: readonly string[]
}

const NOT_WHOLE = 'The transcripts were not held against the entries, because those are not whole.'
const OTHER_OUTPUTS = 'The transcripts were not rendered again, because outputs are not what they were.'
const OTHER_WORDS =
  'Sealed by another version of ha-bot, which words transcripts differently: they are as they were sealed, and were not rendered again.'
/** Rendered files are smaller than this by far; a larger one is not what we would write. */
const LARGEST = 512 * 1024 * 1024
/** They hold what was said, however a later version words it. */
const TIMELESS: readonly string[] = [BUNDLE.events, BUNDLE.plan, BUNDLE.runbook]

/** Renders everything again from the events, and tells where a file says something else. */
export async function compareRendered(
  folder: string,
  entries: readonly Entry[],
  hashes: Hashes,
  statement: Statement | undefined,
): Promise<Compared> {
  const sealed = entries.filter(({ seq }) => !statement || seq <= statement.seq)
  const record = brokenAt(sealed) === undefined ? recordOf(sealed) : undefined
  if (!record) return { differences: new Map(), notes: [NOT_WHOLE] }
  const isOurs = !statement || statement.rendering === RENDERING
  const isWhole = outputRefs(record).every(({ file, sha256 }) => hashes.get(file) === sha256)
  const differences = new Map<string, string>()
  for (const [file, wanted] of await render(folder, record)) {
    const difference =
      (isOurs && isWhole) || TIMELESS.includes(file) ? await differenceIn(folder, file, wanted) : undefined
    if (difference !== undefined) differences.set(file, difference)
  }
  return { differences, notes: [...(isOurs ? [] : [OTHER_WORDS]), ...(isWhole ? [] : [OTHER_OUTPUTS])] }
}

function recordOf(entries: readonly Entry[]): RunRecord | undefined {
  try {
    return { entries, state: fold(entries) }
  } catch {
    return undefined
  }
}

async function render(folder: string, record: RunRecord): Promise<ReadonlyMap<string, string>> {
  const { each, total } = BUNDLE_LIMITS
  const outputs = await gatherOutputs(
    { read: (_, __, file, limit) => readOutput(folder, file, limit) },
    record,
    each,
    total,
  )
  return renderedFiles(record, outputs)
}

async function readOutput(folder: string, file: string, limit: number) {
  if (!isSafePath(file)) throw new Error(`${file} is outside of the bundle`)
  return await readHead(join(folder, file), limit)
}

async function differenceIn(folder: string, file: string, wanted: string): Promise<string | undefined> {
  const bytes = await readSmall(join(folder, file), LARGEST)
  // That it is missing is told by whoever knows what was sealed.
  if (!bytes || bytes.equals(Buffer.from(wanted))) return undefined
  const [is, should] = [bytes.toString('utf8').split('\n'), wanted.split('\n')]
  const index = is.findIndex((line, i) => line !== should[i])
  const at = index < 0 ? is.length : index
  return `line ${at + 1} ${excerpts(is[at], should[at])}`
}

const SHOWN = 60
const BEFORE = 20

/** Both lines around the place where they part. */
function excerpts(is: string | undefined, should: string | undefined): string {
  if (is === undefined) return `is missing: ${JSON.stringify(cut(should ?? '', 0))}`
  if (should === undefined) return `was added: ${JSON.stringify(cut(is, 0))}`
  let same = 0
  while (same < is.length && is[same] === should[same]) same += 1
  return `says ${JSON.stringify(cut(is, same))} instead of ${JSON.stringify(cut(should, same))}`
}

function cut(line: string, around: number): string {
  const start = Math.max(0, around - BEFORE)
  const end = start + SHOWN
  return printable(`${start > 0 ? '…' : ''}${line.slice(start, end)}${end < line.length ? '…' : ''}`)
}
