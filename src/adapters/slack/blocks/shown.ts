import { printable } from '../../../transcripts/printable.ts'

/** Halves of surrogate pairs cannot be sent, and format characters beyond those that `printable` knows still hide text. */
const UNSENDABLE = /[\p{Cs}\p{Cf}]/gu

/** Text as it may be shown: no terminal sequences, nothing that hides or reorders (security-and-audit.md §5.2). */
export function shown(text: string): string {
  return printable(text).replace(UNSENDABLE, '·')
}

/** For the few places where Slack reads markup, such as the text of a notification. */
export function escaped(text: string): string {
  return shown(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
