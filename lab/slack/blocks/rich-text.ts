import * as z from 'zod'

/** `rich_text` and its parts: the only place where remote text is shown exactly as it came. */
const style = z
  .strictObject({
    bold: z.boolean(),
    italic: z.boolean(),
    strike: z.boolean(),
    code: z.boolean(),
    underline: z.boolean(),
  })
  .partial()
  .optional()
const border = z.int().min(0).max(1).optional()

const Text = z.strictObject({ type: z.literal('text'), text: z.string().min(1), style })
const Link = z.strictObject({
  type: z.literal('link'),
  url: z.string(),
  text: z.string().optional(),
  unsafe: z.boolean().optional(),
  style,
})
const Inline = z.discriminatedUnion('type', [
  Text,
  Link,
  z.strictObject({ type: z.literal('user'), user_id: z.string(), style }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: z.string(), style }),
  z.strictObject({ type: z.literal('channel'), channel_id: z.string(), style }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']), style }),
  z.strictObject({
    type: z.literal('emoji'),
    name: z.string(),
    unicode: z.string().optional(),
    url: z.string().optional(),
    style,
  }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.int(),
    format: z.string(),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style,
  }),
])

const Section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(Inline) })
const List = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(Section).min(1),
  indent: z.int().min(0).max(8).optional(),
  offset: z.int().min(0).optional(),
  border,
})
const Preformatted = z.strictObject({
  type: z.literal('rich_text_preformatted'),
  elements: z.array(z.discriminatedUnion('type', [Text, Link])),
  language: z.string().optional(),
  border,
})
const Quote = z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(Inline), border })

export const RichText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: z.string().min(1).max(255).optional(),
  elements: z.array(z.discriminatedUnion('type', [Section, List, Preformatted, Quote])).min(1),
})
