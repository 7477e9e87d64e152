import { type Colour, coloured } from './coloured.ts'
import { printable } from './printable.ts'

/** HTML that was made here. Whatever is a plain string is text, and becomes harmless on its way in: no other way leads into a page. */
export class Markup {
  readonly html: string

  constructor(html: string) {
    this.html = html
  }
}

export type Child = Markup | string | undefined | readonly Child[]

type Tag =
  | (
      | 'html'
      | 'head'
      | 'body'
      | 'title'
      | 'header'
      | 'main'
      | 'section'
      | 'footer'
      | 'h1'
      | 'h2'
      | 'p'
      | 'span'
      | 'ol'
      | 'ul'
      | 'li'
    )
  | (
      | 'dl'
      | 'dt'
      | 'dd'
      | 'details'
      | 'summary'
      | 'pre'
      | 'code'
      | 'b'
      | 'div'
      | 'time'
      | 'table'
      | 'thead'
      | 'tbody'
      | 'tr'
      | 'th'
      | 'td'
    )

/** Names of our own alone: nothing from outside ever becomes an attribute. */
export type ClassName =
  | (
      | 'title'
      | 'mark'
      | 'sub'
      | 'good'
      | 'bad'
      | 'open'
      | 'calm'
      | 'when'
      | 'label'
      | 'words'
      | 'quote'
      | 'what'
      | 'dim'
      | 'row'
    )
  | ('step' | 'checks' | 'where' | 'took' | 'why' | 'source' | 'out' | 'err' | 'whose' | 'ending' | 'wide' | 'bold')
  | Colour

/** Each on a line of its own, for people who compare two pages. */
const LINES: ReadonlySet<Tag> = new Set(['li', 'tr', 'section', 'dd', 'h1', 'h2'])

/** An element. Classes are ours; children that are strings are text. */
export function el(tag: Tag, classes: ClassName | readonly ClassName[] | '', ...children: readonly Child[]): Markup {
  const names = [classes].flat().filter(Boolean).join(' ')
  return new Markup(
    `<${tag}${names ? ` class="${names}"` : ''}>${inner(children)}</${tag}>${LINES.has(tag) ? '\n' : ''}`,
  )
}

/** A part that can be folded without any script. */
export function folded(
  isOpen: boolean,
  name: ClassName,
  summary: readonly Child[],
  ...children: readonly Child[]
): Markup {
  const body = `<summary>${inner(summary)}</summary>${inner(children)}`
  return new Markup(`<details class="${name}"${isOpen ? ' open' : ''}>${body}</details>`)
}

function inner(child: Child): string {
  if (child === undefined) return ''
  if (typeof child === 'string') return escaped(printable(child))
  return child instanceof Markup ? child.html : child.map(inner).join('')
}

/** Output with the colours it came with. */
export function withColours(text: string): Child {
  return coloured(text).map(({ text: words, colour, bold }) => {
    const classes: ClassName[] = [...(colour ? [colour] : []), ...(bold ? (['bold'] as const) : [])]
    return classes.length > 0 ? el('span', classes, words) : words
  })
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
}
