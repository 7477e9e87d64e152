import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { bad, good, type Problem, type Result } from '../../problem.ts'

/** An element as it was written: every value stays text, so `007` is a name and not seven. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text directly inside, entities decoded. */
  readonly text: string
}

const ATTRIBUTES = ':@'
const TEXT = '#text'

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Decoded below instead: five names and numbers, nothing a document could define for itself.
  processEntities: false,
})

/**
 * Reads a whole document whose root is one of `roots`. `what` names it in problems, e.g. `crm_mon's answer from node1`.
 * The parser itself accepts cut-off text, so the closing root is required: every proper prefix of a document is refused.
 */
export function readXml(text: string, roots: readonly string[], what: string): Result<XmlElement> {
  const trimmed = text.trim()
  if (trimmed === '') return bad({ code: 'answer-empty', message: `${upperFirst(what)} is empty.` })
  if (/<!(?:DOCTYPE|ENTITY)/i.test(trimmed)) return bad(notUnderstood(what, 'it brings its own entities (DOCTYPE)'))
  const root = /^(?:<\?xml[^>]*\?>\s*)?<([A-Za-z_][\w.-]*)[\s/>]/.exec(trimmed)?.[1]
  if (root === undefined) return bad(notUnderstood(what, `it begins with "${trimmed.slice(0, 60)}"`))
  if (!roots.includes(root)) return bad(notUnderstood(what, `its root is <${root}> and not <${roots.join('> or <')}>`))
  if (!trimmed.endsWith(`</${root}>`)) return bad(cutOff(what, `</${root}>`))
  const validity = XMLValidator.validate(trimmed)
  if (validity !== true) return bad(notUnderstood(what, `${validity.err.msg} (line ${validity.err.line})`))
  return parsed(trimmed, what)
}

function parsed(text: string, what: string): Result<XmlElement> {
  try {
    const elements = elementsOf(parser.parse(text))
    const [root] = elements
    return root && elements.length === 1 ? good(root) : bad(notUnderstood(what, 'it has more than one root'))
  } catch (error) {
    return bad(notUnderstood(what, error instanceof Error ? error.message : String(error)))
  }
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter(child => child.name === name) ?? []
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find(child => child.name === name)
}

/** Every element of that name below, at any depth, in document order. */
export function descendantsOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return (
    element?.children.flatMap(child => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]) ?? []
  )
}

/** An attribute's text, "" when it is absent. */
export function attribute(element: XmlElement | undefined, name: string): string {
  return element?.attributes.get(name) ?? ''
}

export function isTrue(element: XmlElement | undefined, name: string): boolean {
  return attribute(element, name) === 'true'
}

export function cutOff(what: string, missing: string): Problem {
  return {
    code: 'answer-cut-off',
    message: `${upperFirst(what)} is cut off: ${missing} is missing.`,
    stillTrue: 'Nothing was concluded from it.',
    next: 'Ask again; if it stays so, look at the free space and the load of that node.',
  }
}

export function notUnderstood(what: string, because: string): Problem {
  return {
    code: 'answer-not-understood',
    message: `${upperFirst(what)} is not understood: ${because}.`,
    stillTrue: 'Nothing was concluded from it.',
  }
}

/** The parser's ordered form: one object per node, its name the key beside `:@`. */
function elementsOf(nodes: unknown): XmlElement[] {
  return listOf(nodes).flatMap(node => {
    const name = Object.keys(node).find(key => key !== ATTRIBUTES)
    return name === undefined || name === TEXT ? [] : [elementOf(name, node)]
  })
}

function elementOf(name: string, node: Readonly<Record<string, unknown>>): XmlElement {
  const attributes = Object.entries(node[ATTRIBUTES] ?? {}).map(
    ([key, value]) => [key, decoded(String(value))] as const,
  )
  const inside = listOf(node[name])
  const text = inside.map(child => (typeof child[TEXT] === 'string' ? child[TEXT] : '')).join('')
  return { name, attributes: new Map(attributes), children: elementsOf(inside), text: decoded(text) }
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : []
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Replaces the five named entities and numbers, once. */
export function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return NAMED[name] ?? whole
    const point = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
