import { isMap, isNode, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'

/** Start and end of something in a text, in UTF-16 units; `end` is not included. */
export interface Span {
  readonly start: number
  readonly end: number
}

export function spanOf(node: Node | undefined): Span {
  const [start, end] = node?.range ?? [0, 1]
  return { start, end: Math.max(end, start + 1) }
}

export function keysOf(map: YAMLMap): readonly string[] {
  return map.items.flatMap(({ key }) => (isScalar(key) && typeof key.value === 'string' ? [key.value] : []))
}

export function keyNode(node: Node | undefined, key: string): Node | undefined {
  if (!isMap(node)) return undefined
  const found = node.items.find(pair => isScalar(pair.key) && pair.key.value === key)?.key
  return isNode(found) ? found : undefined
}

export function valueNode(node: Node | undefined, key: string): Node | undefined {
  const found = isMap(node) ? node.get(key, true) : undefined
  return isNode(found) ? found : undefined
}

export function itemNodes(node: Node | undefined): readonly (Node | undefined)[] {
  return isSeq(node) ? node.items.map(item => (isNode(item) ? item : undefined)) : []
}

/** The text scalar under a key, or undefined when there is none or it is not text. */
export function textNode(node: Node | undefined, key: string): Scalar<string> | undefined {
  const found = valueNode(node, key)
  return isText(found) ? found : undefined
}

export function isText(node: Node | undefined): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string'
}

export function nodeAt(node: Node | undefined, path: readonly PropertyKey[]): Node | undefined {
  return path.reduce<Node | undefined>(
    (at, key) => (typeof key === 'number' ? itemNodes(at)[key] : valueNode(at, String(key))),
    node,
  )
}

/** Where to point when something is missing from a mapping: its first key, else the mapping itself. */
export function firstKeySpan(node: Node | undefined): Span {
  const first = isMap(node) ? node.items[0]?.key : undefined
  return spanOf(isNode(first) ? first : node)
}
