import {
  attribute,
  child,
  childrenNamed,
  childWith,
  type Element,
  element,
  ensureChild,
  removeChild,
  walk,
} from '../xml/element.ts'

/** A section of the configuration: crm_config, nodes, resources, constraints. */
export function section(cib: Element, name: string): Element {
  return ensureChild(ensureChild(cib, 'configuration'), name)
}

/** Pairs as 2.1.3 writes them: inside an <attributes> of their own (ha-stacks.md §6). */
export function pairs(set: string, id: string, values: Readonly<Record<string, string>>): Element {
  const pair = ([name, value]: [string, string]) => element('nvpair', { id: `${id}-${name}`, name, value })
  return element(set, { id }, [element('attributes', {}, Object.entries(values).map(pair))])
}

export function pairIn(owner: Element | undefined, set: string, name: string): string | undefined {
  const found = childrenNamed(owner, set).flatMap(each => childrenNamed(child(each, 'attributes'), 'nvpair'))
  return found.find(each => attribute(each, 'name') === name)?.attributes['value']
}

export function setPair(owner: Element, set: string, id: string, name: string, value: string): void {
  const attributes = ensureChild(ensureChild(owner, set, { id }), 'attributes')
  const found = childWith(attributes, 'nvpair', 'name', name)
  if (found) found.attributes['value'] = value
  else attributes.children.push(element('nvpair', { id: `${id}-${name}`, name, value }))
}

/** Whether there was one to remove. */
export function removePair(owner: Element | undefined, set: string, name: string): boolean {
  const holders = childrenNamed(owner, set).flatMap(each => childrenNamed(each, 'attributes'))
  for (const holder of holders) {
    const found = childWith(holder, 'nvpair', 'name', name)
    if (!found) continue
    removeChild(holder, found)
    return true
  }
  return false
}

const OPTIONS = 'cib-bootstrap-options'

export function option(cib: Element, name: string): string | undefined {
  return pairIn(section(cib, 'crm_config'), 'cluster_property_set', name)
}

export function setOption(cib: Element, name: string, value: string): void {
  setPair(section(cib, 'crm_config'), 'cluster_property_set', OPTIONS, name, value)
}

export function removeOption(cib: Element, name: string): boolean {
  return removePair(section(cib, 'crm_config'), 'cluster_property_set', name)
}

export function isYes(word: string | undefined): boolean {
  return /^(?:true|on|yes|y|1)$/i.test(word ?? '')
}

/** What is moved as one: a group with its members, or a primitive alone. */
export interface Top {
  readonly name: string
  readonly element: Element
  readonly members: readonly Element[]
  readonly isFencing: boolean
}

export function topsOf(cib: Element): readonly Top[] {
  return section(cib, 'resources').children.map(each => {
    const members = each.name === 'primitive' ? [each] : childrenNamed(each, 'primitive')
    const isFencing = members.every(member => attribute(member, 'class') === 'stonith')
    return { name: attribute(each, 'id'), element: each, members, isFencing }
  })
}

export function resourceNamed(cib: Element, name: string): Element | undefined {
  return [...walk(section(cib, 'resources'))].find(
    each => (each.name === 'primitive' || each.name === 'group') && attribute(each, 'id') === name,
  )
}

export function parameter(primitive: Element | undefined, name: string): string {
  return pairIn(primitive, 'instance_attributes', name) ?? ''
}

const INFINITE = 1_000_000

/** A location constraint on a node's name, as `crm_resource -M` and the PVFS example write it. */
export function location(id: string, rsc: string, score: string, node: string): Element {
  const expression = element('expression', {
    id: `${id}-expr`,
    attribute: '#uname',
    operation: 'eq',
    value: node,
    type: 'string',
  })
  return element('rsc_location', { id, rsc }, [
    element('rule', { id: `${id}-rule`, score, boolean_op: 'and' }, [expression]),
  ])
}

/** Sum of what the constraints say about a resource on a node. */
export function locationScore(cib: Element, rsc: string, node: string): number {
  const rules = childrenNamed(section(cib, 'constraints'), 'rsc_location')
    .filter(each => attribute(each, 'rsc') === rsc)
    .flatMap(each => childrenNamed(each, 'rule'))
    .filter(rule => childrenNamed(rule, 'expression').some(each => attribute(each, 'value') === node))
  const scores = rules.map(rule => scoreOf(attribute(rule, 'score')))
  return scores.some(score => score <= -INFINITE) ? -INFINITE : scores.reduce((sum, score) => sum + score, 0)
}

function scoreOf(text: string): number {
  if (/^-INFINITY$/i.test(text)) return -INFINITE
  return /^INFINITY$/i.test(text) ? INFINITE : Number(text) || 0
}
