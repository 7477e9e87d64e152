import { expect } from 'vitest'

/** Expects a text to say all of this, in this order; shows the text and the first words that it does not say there. */
export function expectInOrder(text: string, words: readonly string[]): void {
  let from = 0
  for (const each of words) {
    const at = text.indexOf(each, from)
    expect(at, `"${each}" is not said, or not in its place, in:\n${text}`).toBeGreaterThanOrEqual(0)
    from = at + each.length
  }
}
