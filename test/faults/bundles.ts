import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A value of a JSON document whose shape nobody vouches for. */
export type Fields = Readonly<Record<string, unknown>>

/** An entry as it stands in `events.ndjson`: the harness reads the archive by its own eyes, not by the product's. */
export interface BundleEntry {
  readonly run: string
  readonly number: number
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly prev: string
  readonly hash: string
  readonly event: Fields & { readonly type: string }
}

export interface Bundle {
  readonly folder: string
  readonly run: string
  readonly number: number
  /** What was asked for: `touch c001a on c001`. */
  readonly text: string
  readonly entries: readonly BundleEntry[]
  /** Lines that are no entry. */
  readonly torn: number
}

/** Reads the bundles of an archive, whose folders are `YYYY/MM/DD/<number>-<run>`. */
export class Archive {
  readonly #root: string
  readonly #texts = new Map<string, string>()

  constructor(root: string) {
    this.#root = root
  }

  /** Bundles of runs that were asked for with this tag, oldest first. */
  async tagged(tag: string): Promise<Bundle[]> {
    const found: Bundle[] = []
    for (const folder of await this.#folders()) {
      const known = this.#texts.get(folder)
      if (known !== undefined && !known.includes(` ${tag}`)) continue
      const bundle = await readBundle(folder)
      if (!bundle) continue
      this.#texts.set(folder, bundle.text)
      if (bundle.text.includes(` ${tag}`)) found.push(bundle)
    }
    return found.sort((a, b) => a.number - b.number)
  }

  async #folders(): Promise<string[]> {
    const days = await this.#below(await this.#below(await this.#below([this.#root], /^\d{4}$/), /^\d\d$/), /^\d\d$/)
    return await this.#below(days, /^\d+-[0-9A-Z]{26}$/)
  }

  async #below(folders: readonly string[], name: RegExp): Promise<string[]> {
    const lists = folders.map(async folder => {
      const names = await readdir(folder).catch(() => [])
      return names.filter(each => name.test(each)).map(each => join(folder, each))
    })
    return (await Promise.all(lists)).flat()
  }
}

export async function readBundle(folder: string): Promise<Bundle | undefined> {
  const text = await readFile(join(folder, 'events.ndjson'), 'utf8').catch(() => '')
  const lines = text.split('\n').filter(line => line !== '')
  const entries = uniquely(lines.flatMap(line => parsed(line) ?? []))
  const [first] = entries
  if (!first) return undefined
  const request = fieldsOf(first.event['request'])
  const torn = lines.filter(line => parsed(line) === undefined).length
  return { folder, run: first.run, number: first.number, text: String(request['text']), entries, torn }
}

/**
 * One for each place. The same entry may have been made up for by a second writer; and where two wanted the same place, the first counts,
 * and the other was told so (docs/architecture.md, "Archive"). Until the run is sealed both lines stand there.
 */
function uniquely(entries: readonly BundleEntry[]): BundleEntry[] {
  const places = new Map<number, BundleEntry>()
  for (const entry of entries) if (!places.has(entry.seq)) places.set(entry.seq, entry)
  return [...places.values()].sort((a, b) => a.seq - b.seq)
}

function parsed(line: string): BundleEntry | undefined {
  try {
    return JSON.parse(line) as BundleEntry
  } catch {
    return undefined
  }
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** The latest end that nothing has followed since. */
export function endOf({ entries }: Bundle): { readonly outcome: string; readonly at: number } | undefined {
  const last = entries.findLast(({ event }) => event.type === 'finished' || event.type === 'refused')
  if (!last) return undefined
  const isReopened = entries.some(({ seq, event }) => seq > last.seq && event.type === 'resumed')
  return isReopened ? undefined : { outcome: String(last.event['outcome'] ?? 'refused'), at: last.at }
}

/** Over, and the cluster given back where nothing needs it held. */
export function isDone(bundle: Bundle): boolean {
  const end = endOf(bundle)
  if (!end) return false
  const taken = bundle.entries.filter(({ event }) => event.type === 'lease-taken').length
  const given = bundle.entries.filter(
    ({ event }) => event.type === 'lease-released' || event.type === 'taken-over',
  ).length
  return end.outcome === 'unknown' || given >= taken
}

/** Put together for good; until a person goes on with it. */
export function isSealed({ folder }: Bundle): boolean {
  return existsSync(join(folder, 'SEAL'))
}

/** The token of the gate that waits for a decision now. */
export function openGate({ entries }: Bundle): string | undefined {
  const last = entries.findLast(({ event }) =>
    ['gate-opened', 'gate-closed', 'drifted', 'finished'].includes(event.type),
  )
  return last?.event.type === 'gate-opened' ? String(last.event['token']) : undefined
}
