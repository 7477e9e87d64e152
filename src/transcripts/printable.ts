/** Sequences that move cursors, set titles, colours, links or the clipboard: CSI, OSC, DCS and the rest of the escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]/g
/** C0 but tab and newline, DEL, C1, bidirectional overrides and zero-width characters: they hide or reorder text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Remote text made safe to show: what is not text is left out or shown as `·`; a lone CR becomes a new line, so nothing is overwritten. */
export function printable(text: string): string {
  return text.replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(INVISIBLE, '·')
}
