import * as z from 'zod'
import { checkBlocks } from '../blocks/check.ts'
import type { Block } from '../blocks/schema.ts'
import type { Lab } from '../lab.ts'
import type { Metadata } from '../store.ts'
import { type Refusal, refuse } from './method.ts'

/** What a message says, as it arrives from the app by whichever way. */
interface Content {
  readonly text: string
  readonly blocks: readonly Block[]
  readonly metadata?: Metadata | undefined
}

/** Text beyond this is cut off (slack-platform.md §4.2). */
const MAX_TEXT = 40_000

const MetadataShape = z.object({ event_type: z.string().min(1), event_payload: z.record(z.string(), z.unknown()) })

interface RawContent {
  readonly text?: string | undefined
  readonly blocks?: unknown
  readonly metadata?: unknown
}

/** Checks what a message is to say. Blocks are held against Slack's limits; nothing at all is `no_text`. */
export function readContent(lab: Lab, raw: RawContent): { readonly ok: true; readonly content: Content } | Refusal {
  const checked = checkBlocks(raw.blocks ?? [], 'message', refusedTypes(lab))
  if (!checked.ok) return refuse(checked.error, checked.messages)
  const text = (raw.text ?? '').slice(0, MAX_TEXT)
  if (text === '' && checked.blocks.length === 0) return refuse('no_text')
  if (raw.metadata === undefined) return { ok: true, content: { text, blocks: checked.blocks } }
  const metadata = MetadataShape.safeParse(raw.metadata)
  if (!metadata.success) return refuse('invalid_metadata_format')
  return { ok: true, content: { text, blocks: checked.blocks, metadata: metadata.data } }
}

/** Block types a fault makes this workspace not know, as older or governmental Slacks do not. */
export function refusedTypes(lab: Lab): string[] {
  return lab.faults.all('invalid_block').map(fault => fault.block)
}
