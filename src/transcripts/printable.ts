/**
 * Sequences that move cursors, set titles, colours, links or the clipboard: CSI, OSC, DCS and the rest of the escapes. A string that is
 * opened and never ended loses its opening alone: what stands behind it must not vanish from a transcript.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g
/** C0 but tab and newline, DEL, C1, bidirectional controls, zero-width characters and odd line ends: they hide, reorder or break text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Remote text made safe to show: what is not text is left out or shown as `·`; a lone CR becomes a new line, so nothing is overwritten. */
export function printable(text: string): string {
  return text.replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(INVISIBLE, '·')
}
