/** An XML element as Pacemaker uses them: attributes and child elements, no text. The tree is edited in place. */
export interface Element {
  readonly name: string
  readonly attributes: Record<string, string>
  children: Element[]
}

export function element(name: string, attributes: Record<string, string> = {}, children: Element[] = []): Element {
  return { name, attributes, children }
}

export function attribute(from: Element, name: string): string {
  return from.attributes[name] ?? ''
}

export function childrenNamed(parent: Element | undefined, name: string): Element[] {
  return parent ? parent.children.filter(child => child.name === name) : []
}

export function child(parent: Element | undefined, name: string): Element | undefined {
  return parent?.children.find(candidate => candidate.name === name)
}

export function childWith(parent: Element | undefined, name: string, key: string, value: string): Element | undefined {
  return childrenNamed(parent, name).find(candidate => candidate.attributes[key] === value)
}

/** The child of that name, made when it is missing. */
export function ensureChild(parent: Element, name: string, attributes: Record<string, string> = {}): Element {
  const found = child(parent, name)
  if (found) return found
  const made = element(name, attributes)
  parent.children.push(made)
  return made
}

export function removeChild(parent: Element, unwanted: Element): void {
  parent.children = parent.children.filter(candidate => candidate !== unwanted)
}

/** Every element of the tree, parents before their children. */
export function* walk(root: Element): Generator<Element> {
  yield root
  for (const inner of root.children) yield* walk(inner)
}

export function copyOf(root: Element): Element {
  return element(root.name, { ...root.attributes }, root.children.map(copyOf))
}
