import * as z from 'zod'
import { Block } from './schema.ts'
import { sizeProblem } from './size.ts'
import { place, slackMessages } from './words.ts'

export type Surface = 'message' | 'modal' | 'home'

type BlocksChecked =
  | { readonly ok: true; readonly blocks: readonly Block[] }
  | { readonly ok: false; readonly error: string; readonly messages: readonly string[] }

const MAX_BLOCKS = { message: 50, modal: 100, home: 100 } as const
const ELSEWHERE: Readonly<Record<Surface, readonly Block['type'][]>> = {
  message: ['alert'],
  modal: ['markdown', 'plan', 'task_card'],
  home: ['alert', 'markdown', 'plan', 'task_card'],
}

/** Checks blocks as Slack does and gives every block an id. `refused` are types this workspace is to pretend not to know. */
export function checkBlocks(value: unknown, surface: Surface, refused: readonly string[] = []): BlocksChecked {
  if (!Array.isArray(value)) return { ok: false, error: 'invalid_blocks_format', messages: [] }
  const parsed = z.array(Block).safeParse(value)
  const messages = parsed.success
    ? ruleMessages(parsed.data, surface, refused)
    : slackMessages(parsed.error, value, ['blocks'])
  if (value.length > MAX_BLOCKS[surface])
    messages.unshift(place(`no more than ${MAX_BLOCKS[surface]} items allowed`, ['blocks']))
  if (messages.length > 0 || !parsed.success) return { ok: false, error: 'invalid_blocks', messages }
  const tooLong = surface === 'message' && sizeProblem(parsed.data)
  if (tooLong) return { ok: false, error: 'msg_blocks_too_long', messages: [tooLong] }
  return { ok: true, blocks: named(parsed.data) }
}

/** What the schema cannot say: where a type may stand, and that ids are unique. */
function ruleMessages(blocks: readonly Block[], surface: Surface, refused: readonly string[]): string[] {
  const seen = new Set<string>()
  return blocks.flatMap((block, index) => {
    const wrong: string[] = []
    if (ELSEWHERE[surface].includes(block.type) || refused.includes(block.type)) {
      wrong.push(place(`unsupported type: ${block.type}`, ['blocks', index, 'type']))
    }
    if (block.block_id !== undefined && seen.has(block.block_id)) {
      wrong.push(place(`block_id \`${block.block_id}\` already exists`, ['blocks', index, 'block_id']))
    }
    seen.add(block.block_id ?? '')
    return [...wrong, ...repeatedActions(block, index)]
  })
}

function repeatedActions(block: Block, index: number): string[] {
  if (block.type !== 'actions') return []
  const ids = block.elements.map(element => element.action_id)
  return ids.flatMap((id, at) =>
    id !== undefined && ids.indexOf(id) < at
      ? [place(`action_id \`${id}\` already exists`, ['blocks', index, 'elements', at, 'action_id'])]
      : [],
  )
}

/** Slack names blocks that have no id; here after their place, so that a test sees the same name every time. */
function named(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) => {
    const block_id = block.block_id ?? `lab-${index}`
    if (block.type !== 'container') return { ...block, block_id }
    const child_blocks = block.child_blocks.map((child, at) => ({
      ...child,
      block_id: child.block_id ?? `${block_id}-${at}`,
    }))
    return { ...block, block_id, child_blocks }
  })
}
