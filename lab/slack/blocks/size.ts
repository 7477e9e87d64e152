import type { Block } from './schema.ts'

/** Undocumented and measured by others (slack-platform.md §4.2): all text of a message together, and less for one with a plan. */
const MAX_CHARACTERS = 13_200
const MAX_PLAN_BYTES = 10_600

/** Why these blocks are too much for one message; undefined when they are not. */
export function sizeProblem(blocks: readonly Block[]): string | undefined {
  const characters = measure(blocks, text => text.length, 1)
  if (characters > MAX_CHARACTERS) return `${characters} characters of text in all blocks; about ${MAX_CHARACTERS} fit`
  if (!blocks.some(block => block.type === 'plan')) return undefined
  const bytes = measure(blocks, text => Buffer.byteLength(text), 2)
  return bytes > MAX_PLAN_BYTES
    ? `${bytes} weighted bytes in a message with a plan; about ${MAX_PLAN_BYTES} fit`
    : undefined
}

const TEXT_KEYS = new Set(['text', 'title', 'caption'])
const HEAVY_KEYS = new Set(['details', 'output'])

function measure(value: unknown, lengthOf: (text: string) => number, heavy: number): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + measure(item, lengthOf, heavy), 0)
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce((sum, [key, item]) => {
    if (typeof item === 'string') return sum + (TEXT_KEYS.has(key) ? lengthOf(item) : 0)
    return sum + measure(item, lengthOf, heavy) * (HEAVY_KEYS.has(key) ? heavy : 1)
  }, 0)
}
