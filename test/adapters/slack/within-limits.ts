import { checkBlocks, type Surface } from '../../../lab/slack/blocks/check.ts'
import { jsonBytes, LIMITS } from '../../../src/adapters/slack/limits.ts'

/** What Slack would object to; empty when it takes these blocks. */
export function objections(blocks: readonly object[], surface: Surface = 'message'): readonly string[] {
  const checked = checkBlocks(blocks, surface)
  const refused = checked.ok ? [] : [checked.error, ...checked.messages]
  const bytes = jsonBytes(blocks)
  return surface === 'message' && bytes > LIMITS.messageBytes ? [...refused, `${bytes} bytes`] : refused
}

/** Every `mrkdwn` text in a value: there Slack reads markup, so nothing that came from outside may stand in it. */
export function markupIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markupIn)
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const own = entries.some(([key, item]) => key === 'type' && item === 'mrkdwn') ? [JSON.stringify(value)] : []
  return [...own, ...entries.flatMap(([, item]) => markupIn(item))]
}
