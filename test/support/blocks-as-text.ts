interface Node {
  readonly [key: string]: unknown
}

/** Block Kit as a person would read it, so that a changed golden shows what changed for them. */
export function blocksAsText(blocks: readonly object[]): string {
  return `${blocks.map(block => blockText(toNode(block))).join('\n')}\n`
}

function blockText(block: Node): string {
  switch (block['type']) {
    case 'header':
      return `== ${text(block['text'])} ==`
    case 'rich_text':
      return list(block['elements']).map(partText).join('\n')
    case 'actions':
      return list(block['elements'])
        .map(button => `[ ${text(button['text'])} ]`)
        .join('  ')
    case 'context':
      return list(block['elements'])
        .map(element => `(${String(element['text'])})`)
        .join(' ')
    case 'input':
      return `${text(block['label'])}${block['optional'] ? ' (optional)' : ''}: ________`
    default:
      return `<${String(block['type'])}>`
  }
}

function partText(part: Node): string {
  if (part['type'] === 'rich_text_list')
    return list(part['elements'])
      .map(item => `  • ${inlineText(item)}`)
      .join('\n')
  if (part['type'] !== 'rich_text_preformatted') return inlineText(part)
  return inlineText(part)
    .split('\n')
    .map(line => `    │ ${line}`)
    .join('\n')
}

function inlineText(part: Node): string {
  return list(part['elements']).map(elementText).join('')
}

function elementText(element: Node): string {
  switch (element['type']) {
    case 'text':
      return toNode(element['style'])['bold'] ? starred(String(element['text'])) : String(element['text'])
    case 'date':
      return `{${String(element['fallback'])}}`
    case 'user':
      return `<@${String(element['user_id'])}>`
    case 'usergroup':
      return `<@${String(element['usergroup_id'])}>`
    case 'channel':
      return `<#${String(element['channel_id'])}>`
    default:
      return `<${String(element['type'])}>`
  }
}

/** The stars end before a line does. */
function starred(words: string): string {
  return words.replace(/^(.*?)(\s*)$/s, '*$1*$2')
}

function text(value: unknown): string {
  return String(toNode(value)['text'])
}

function list(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(toNode) : []
}

function toNode(value: unknown): Node {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
