import type { Entry, OutputRef } from '../../runs/events.ts'
import { outputRefs } from '../output-refs.ts'
import type { Fault } from './fault.ts'
import { isSafePath, type Sums } from './sums.ts'

/** SHA-256 of what is there, by file; undefined: it cannot be read. The seal and SHA256SUMS themselves are not in it. */
export type Hashes = ReadonlyMap<string, string | undefined>

export interface Files {
  readonly hashes: Hashes
  /** Undefined when SHA256SUMS cannot be read: then the events alone say what must be there. */
  readonly sums: Sums | undefined
  /** Undefined when they cannot be understood: then SHA256SUMS alone says what must be there. */
  readonly entries: readonly Entry[] | undefined
  /** Where a file first says something else than the events, by file. */
  readonly differences: ReadonlyMap<string, string>
}

/** Every file that was changed, added or taken away, once. Outputs are told by the events too, which nobody can make up for a chain. */
export function checkFiles(files: Files): Fault[] {
  const refs = new Map(outputRefs({ entries: files.entries ?? [] }).map(ref => [ref.file, ref]))
  const names = [...new Set([...files.hashes.keys(), ...(files.sums?.keys() ?? []), ...refs.keys()])].sort()
  return names.flatMap(where => {
    const what = wrongWith(where, files, refs.get(where))
    return what === undefined ? [] : [{ where, what }]
  })
}

function wrongWith(file: string, files: Files, ref: OutputRef | undefined): string | undefined {
  if (ref && !(isSafePath(file) && file.startsWith('output/'))) return 'is no place for an output'
  if (!files.hashes.has(file)) return ref ? `is missing: the events tell of ${ref.bytes} bytes` : 'is missing'
  const hash = files.hashes.get(file)
  if (hash === undefined) return 'cannot be read'
  return againstSums(file, hash, files) ?? againstEvents(file, hash, files, ref)
}

function againstSums(file: string, hash: string, { sums, differences }: Files): string | undefined {
  if (!sums || hash === sums.get(file)) return undefined
  if (!sums.has(file)) return 'was added: it is not in SHA256SUMS'
  const difference = differences.get(file)
  return `was altered${difference === undefined ? '' : `: ${difference}`}`
}

function againstEvents(file: string, hash: string, { differences, entries }: Files, ref: OutputRef | undefined) {
  const difference = differences.get(file)
  if (difference !== undefined) return `is not what the events say: ${difference}`
  if (ref && hash !== ref.sha256) return 'is not what the events tell of: another SHA-256'
  return entries && file.startsWith('output/') && !ref ? 'is an output that no event tells of' : undefined
}
