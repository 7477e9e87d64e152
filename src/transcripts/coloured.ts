import { printable } from './printable.ts'

/** The colours that are let through: those that can be read on white and on black. Backgrounds and hidden text are not. */
export const COLOURS = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const
export type Colour = (typeof COLOURS)[number]

/** A stretch of text that looks alike. */
export interface Span {
  readonly text: string
  readonly colour?: Colour
  readonly bold: boolean
}

type Look = Omit<Span, 'text'>
const PLAIN: Look = { bold: false }

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const SGR = /\u001b\[([0-9;]{0,40})m/

/** Remote text made safe to show, with the few colours that help a reader; whatever else it holds is treated as `printable` does. */
export function coloured(text: string): Span[] {
  const spans: Span[] = []
  let look = PLAIN
  // Every second piece is what stood between `ESC[` and `m`.
  for (const [i, piece] of text.split(SGR).entries()) {
    if (i % 2 === 1) look = changed(look, piece)
    else {
      const safe = printable(piece)
      if (safe !== '') spans.push({ text: safe, ...look })
    }
  }
  return spans
}

function changed(look: Look, codes: string): Look {
  const numbers = codes.split(';').map(Number)
  // 38 and 48 take arguments, which must not be read as codes of their own: such a sequence is left alone.
  return numbers.includes(38) || numbers.includes(48) ? look : numbers.reduce(one, look)
}

function one(look: Look, code: number): Look {
  if (code === 0) return PLAIN
  if (code === 1) return { ...look, bold: true }
  if (code === 22) return { ...look, bold: false }
  const colour = COLOURS[(code > 90 ? code - 91 : code - 31) as 0]
  if ((code >= 31 && code <= 36) || (code >= 91 && code <= 96)) return { ...look, ...(colour && { colour }) }
  const isPlainColour = code === 39 || code === 30 || code === 37 || code === 90 || code === 97
  return isPlainColour ? { bold: look.bold } : look
}

/** The same as escape sequences for a terminal; every line stands for itself, so that what is put between lines is not coloured. */
export function asSgr(spans: readonly Span[]): string {
  return spans
    .map(({ text, colour, bold }) => {
      const codes = [...(bold ? ['1'] : []), ...(colour ? [`${31 + COLOURS.indexOf(colour)}`] : [])]
      const paint = (line: string) => (line === '' ? '' : `\u001b[${codes.join(';')}m${line}\u001b[0m`)
      return codes.length === 0 ? text : text.split('\n').map(paint).join('\n')
    })
    .join('')
}
