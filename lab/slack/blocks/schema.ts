import * as z from 'zod'
import { anyText, id, plainText } from './composition.ts'
import { Accessory, ActionElement, Image, InputElement } from './elements.ts'
import { RichText } from './rich-text.ts'

/** Block Kit's blocks with Slack's limits (slack-platform.md §1.4, §4.2). Unknown keys and types are refused, as Slack does. */
const block_id = id.optional()

const Header = z.strictObject({ type: z.literal('header'), block_id, text: plainText(150) })
const Section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: Accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(block => block.text || block.fields, { message: 'missing required field: text' })
const Divider = z.strictObject({ type: z.literal('divider'), block_id })
const Context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z
    .array(z.discriminatedUnion('type', [Image, ...anyText(3000).options]))
    .min(1)
    .max(10),
})
const Actions = z.strictObject({
  type: z.literal('actions'),
  block_id,
  elements: z.array(ActionElement).min(1).max(25),
})
const ImageBlock = z.strictObject({ ...Image.shape, block_id, title: plainText(2000).optional() })
const Input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: InputElement,
})
const Markdown = z.strictObject({ type: z.literal('markdown'), block_id, text: z.string().min(1).max(12_000) })
const Alert = z.strictObject({
  type: z.literal('alert'),
  block_id,
  text: anyText(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
})
const Source = z.strictObject({ type: z.literal('url'), url: z.string(), text: z.string() })
const TaskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id,
  task_id: z.string().min(1).max(255),
  title: z.string().min(1),
  details: RichText.optional(),
  output: RichText.optional(),
  sources: z.array(Source).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
})
const Plan = z.strictObject({
  type: z.literal('plan'),
  block_id,
  title: z.string().min(1),
  tasks: z.array(TaskCard).max(50).optional(),
})
const Cell = z.discriminatedUnion('type', [
  RichText,
  z.strictObject({ type: z.literal('raw_text'), text: z.string() }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string() }),
])
const rows = z.array(z.array(Cell).min(1).max(20)).min(1).max(100)
const Table = z.strictObject({
  type: z.literal('table'),
  block_id,
  rows,
  column_settings: z
    .array(
      z
        .strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() })
        .nullable(),
    )
    .max(20)
    .optional(),
})
const DataTable = z.strictObject({
  type: z.literal('data_table'),
  block_id,
  rows,
  caption: z.string().min(1),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
})
const childBlock = [Header, Section, Divider, Context, Actions, ImageBlock, Input, RichText, Table] as const
const Container = z.strictObject({
  type: z.literal('container'),
  block_id,
  title: plainText(150).optional(),
  subtitle: anyText(150).optional(),
  child_blocks: z
    .array(z.discriminatedUnion('type', [...childBlock]))
    .min(1)
    .max(10),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
  icon: Image.optional(),
  is_collapsible: z.boolean().optional(),
  default_collapsed: z.boolean().optional(),
  has_header_divider: z.boolean().optional(),
})

export const Block = z.discriminatedUnion('type', [
  ...childBlock,
  Markdown,
  Alert,
  TaskCard,
  Plan,
  DataTable,
  Container,
])
export type Block = z.infer<typeof Block>
