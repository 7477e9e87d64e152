import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { type Element, element } from './element.ts'

const ATTRIBUTES = ':@'
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  ignoreDeclaration: true,
  trimValues: false,
})

/** Reads one XML document; undefined when it is not well-formed or has no root. Text between elements is dropped. */
export function parseXml(text: string): Element | undefined {
  if (XMLValidator.validate(text) !== true) return undefined
  const roots: unknown = parser.parse(text)
  return Array.isArray(roots) ? toElements(roots)[0] : undefined
}

function toElements(entries: readonly unknown[]): Element[] {
  return entries.flatMap(entry => {
    if (typeof entry !== 'object' || entry === null) return []
    const fields = Object.entries(entry)
    const tag = fields.find(([key]) => key !== ATTRIBUTES)
    if (!tag || tag[0].startsWith('#') || !Array.isArray(tag[1])) return []
    const attributes = fields.find(([key]) => key === ATTRIBUTES)?.[1]
    return [element(tag[0], toAttributes(attributes), toElements(tag[1]))]
  })
}

function toAttributes(raw: unknown): Record<string, string> {
  if (typeof raw !== 'object' || raw === null) return {}
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)]))
}

/** The tree as libxml prints it for Pacemaker: two blanks a level, a newline after every tag. */
export function formatXml(root: Element, indent = ''): string {
  const start = `${indent}<${root.name}${attributesText(root)}`
  if (root.children.length === 0) return `${start}/>\n`
  const inner = root.children.map(entry => formatXml(entry, `${indent}  `)).join('')
  return `${start}>\n${inner}${indent}</${root.name}>\n`
}

/** The tree without any white space between tags: what Pacemaker computes digests of. */
export function compactXml(root: Element): string {
  const start = `<${root.name}${attributesText(root)}`
  if (root.children.length === 0) return `${start}/>`
  return `${start}>${root.children.map(compactXml).join('')}</${root.name}>`
}

function attributesText(of: Element): string {
  return Object.entries(of.attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
    .join('')
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '\\n')
}
