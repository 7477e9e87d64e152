/**
 * What Slack takes, in characters unless the name says bytes (slack-platform.md §4.2). What is longer is refused by Slack as a
 * whole, so everything is cut before it is sent.
 */
export const LIMITS = {
  /** All blocks of one message as JSON. Undocumented: messages failed from 10,600 on. */
  messageBytes: 9_000,
  messageBlocks: 50,
  modalBlocks: 100,
  headerText: 150,
  messageText: 3_000,
  buttonText: 75,
  buttonValue: 2_000,
  blockId: 255,
  modalTitle: 24,
  privateMetadata: 3_000,
  /** One preformatted piece of a modal; longer scripts are continued in the next piece. */
  preformatted: 2_500,
  /** A file in a thread; what is longer is shown by its head and tail. */
  fileBytes: 20 * 1024 * 1024,
} as const

/** Length of a value as Slack receives it. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** At most `max` characters, the last one `…` when something is missing; never half of a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = text.slice(0, Math.max(0, max - 1))
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

/** The last `max` characters, beginning with `…` when something is missing. */
export function cutHead(text: string, max: number): string {
  if (text.length <= max) return text
  const kept = text.slice(text.length - Math.max(0, max - 1))
  return `…${/^[\uDC00-\uDFFF]/.test(kept) ? kept.slice(1) : kept}`
}
