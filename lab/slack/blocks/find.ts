import type { InteractiveElement } from './elements.ts'
import type { Block } from './schema.ts'

/** An element a person can act on, and the block it stands in. */
export interface Placed {
  readonly blockId: string
  /** The label of an input block, else what the element says about itself. */
  readonly label: string
  readonly element: InteractiveElement
  readonly optional: boolean
  readonly isInput: boolean
}

/** Every element of these blocks that a person can act on, in reading order, also inside containers. */
export function interactiveIn(blocks: readonly Block[]): Placed[] {
  return blocks.flatMap(block => {
    const blockId = block.block_id ?? ''
    if (block.type === 'container') return interactiveIn(block.child_blocks)
    if (block.type === 'actions') return block.elements.map(element => acting(blockId, element))
    if (block.type === 'section' && block.accessory && block.accessory.type !== 'image')
      return [acting(blockId, block.accessory)]
    if (block.type !== 'input') return []
    const { element, label, optional = false } = block
    return [{ blockId, label: label.text, element, optional, isInput: true }]
  })
}

function acting(blockId: string, element: InteractiveElement): Placed {
  const label =
    element.type === 'button' ? element.text.text : 'placeholder' in element ? (element.placeholder?.text ?? '') : ''
  return { blockId, label, element, optional: true, isInput: false }
}

/** The name Slack reports for an element; one without an action_id is called after its place. */
export function actionIdOf(placed: Placed): string {
  return placed.element.action_id ?? placed.blockId
}

/** All readable text of blocks, for a dump of the conversation. */
export function textIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textIn)
  if (typeof value !== 'object' || value === null) return []
  if ('type' in value && value.type === 'date' && 'fallback' in value) return [String(value.fallback)]
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'confirm') return []
    return typeof item === 'string' ? (['text', 'title', 'caption'].includes(key) ? [item] : []) : textIn(item)
  })
}
