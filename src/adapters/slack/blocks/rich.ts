import type { types } from '@slack/bolt'
import { shown } from './shown.ts'

export type Block = types.KnownBlock
export type Inline = types.RichTextElement
type Part = types.RichTextBlock['elements'][number]

/** A message as the Web API takes it; `text` is for notifications and screen readers. */
export interface Message {
  readonly text: string
  readonly blocks: readonly Block[]
}

/**
 * Text exactly as given: rich text elements have no markup, so nothing in it is a mention, a link or a style. Slack refuses empty
 * text, hence the space.
 */
export function words(text: string, style?: types.RichTextText['style']): types.RichTextText {
  return { type: 'text', text: shown(text) || ' ', ...(style ? { style } : {}) }
}

export function bold(text: string): types.RichTextText {
  return words(text, { bold: true })
}

/** A moment in the reader's own time zone; UTC where Slack cannot format it. */
export function moment(at: number): types.RichTextDate {
  const fallback = `${new Date(at).toISOString().slice(11, 19)} UTC`
  return { type: 'date', timestamp: Math.floor(at / 1000), format: '{time_secs}', fallback }
}

export function line(...elements: readonly Inline[]): Part {
  return { type: 'rich_text_section', elements: [...elements] }
}

export function bullets(lines: readonly (readonly Inline[])[]): Part {
  const elements = lines.map(elements => ({ type: 'rich_text_section' as const, elements: [...elements] }))
  return { type: 'rich_text_list', style: 'bullet', elements }
}

export function preformatted(text: string): Part {
  return { type: 'rich_text_preformatted', elements: [words(text)] }
}

/** One block of rich text, or none when there is nothing to say. */
export function rich(parts: readonly Part[]): Block[] {
  return parts.length > 0 ? [{ type: 'rich_text', elements: joined(parts) }] : []
}

/** Lines that follow one another become one section: whether sections stand below one another is not documented, a newline is. */
function joined(parts: readonly Part[]): Part[] {
  const done: Part[] = []
  for (const part of parts) {
    const last = done.at(-1)
    if (part.type !== 'rich_text_section' || last?.type !== 'rich_text_section') done.push(part)
    else done.splice(-1, 1, line(...withNewline(last.elements), ...part.elements))
  }
  return done
}

function withNewline(elements: readonly Inline[]): Inline[] {
  const last = elements.at(-1)
  if (last?.type !== 'text') return [...elements, { type: 'text', text: '\n' }]
  return [...elements.slice(0, -1), { ...last, text: `${last.text}\n` }]
}

export type RichPart = Part
