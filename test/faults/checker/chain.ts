import { createHash } from 'node:crypto'
import type { Bundle } from '../bundles.ts'

const FIRST = '0'.repeat(64)

/** What is wrong with the chain of a bundle; written from the documents and not from the product. */
export function brokenChain({ entries, number, torn }: Bundle): string | undefined {
  let prev = FIRST
  for (const [index, entry] of entries.entries()) {
    const { hash, ...rest } = entry
    if (entry.seq !== index + 1) return `#${number}: entry ${index + 1} has the number ${entry.seq}`
    if (entry.prev !== prev) return `#${number}: entry ${entry.seq} does not follow from the one before it`
    if (createHash('sha256').update(canonical(rest)).digest('hex') !== hash)
      return `#${number}: entry ${entry.seq} is not what its hash says`
    prev = hash
  }
  return torn > 1 ? `#${number}: ${torn} lines that are no entries` : undefined
}

/** JSON with sorted members and without what is undefined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
