import { attribute, childrenNamed, type Element, element } from '../../xml/element.ts'
import { isoTime, section } from '../cib.ts'

/** What `crm_resource --move` and `--ban` write. `until` in ms limits how long it holds. */
export interface MoveConstraint {
  readonly kind: 'prefer' | 'ban'
  readonly resource: string
  readonly node: string
  readonly until?: number
}

export function constraintId(wanted: Omit<MoveConstraint, 'until'>): string {
  return wanted.kind === 'prefer' ? `cli-prefer-${wanted.resource}` : `cli-ban-${wanted.resource}-on-${wanted.node}`
}

/** Adds the constraint in place of an older one with the same id. */
export function addConstraint(cib: Element, wanted: MoveConstraint): void {
  const constraints = section(cib, 'constraints')
  const id = constraintId(wanted)
  const score = wanted.kind === 'prefer' ? 'INFINITY' : '-INFINITY'
  const shared = { id, rsc: wanted.resource, role: 'Started' }
  const made =
    wanted.until === undefined
      ? element('rsc_location', { ...shared, node: wanted.node, score })
      : element('rsc_location', shared, [limited(wanted, score, wanted.until)])
  constraints.children = [...constraints.children.filter(entry => attribute(entry, 'id') !== id), made]
}

function limited(wanted: MoveConstraint, score: string, until: number): Element {
  const name = (part: string) => constraintId(wanted).replace(`cli-${wanted.kind}`, `cli-${wanted.kind}-${part}`)
  return element('rule', { id: name('rule'), score, 'boolean-op': 'and' }, [
    element('expression', {
      id: name('expr'),
      attribute: '#uname',
      operation: 'eq',
      value: wanted.node,
      type: 'string',
    }),
    element('date_expression', { id: name('lifetime-end'), operation: 'lt', end: isoTime(until) }),
  ])
}

/** Removes what `--move` and `--ban` left for a resource, or only what concerns `node`; returns the ids. */
export function clearConstraints(cib: Element, resource: string, node: string): string[] {
  const constraints = section(cib, 'constraints')
  const gone = childrenNamed(constraints, 'rsc_location').filter(entry => isLeftover(entry, resource, node))
  constraints.children = constraints.children.filter(entry => !gone.includes(entry))
  return gone.map(entry => attribute(entry, 'id')).sort()
}

function isLeftover(constraint: Element, resource: string, node: string): boolean {
  const id = attribute(constraint, 'id')
  if (id !== `cli-prefer-${resource}` && !id.startsWith(`cli-ban-${resource}-on-`)) return false
  return node === '' || nodeOf(constraint) === node
}

function nodeOf(constraint: Element): string {
  const rule = constraint.children[0]
  const expression = rule?.children.find(entry => attribute(entry, 'attribute') === '#uname')
  return expression ? attribute(expression, 'value') : attribute(constraint, 'node')
}

/** Reads an ISO 8601 duration such as PT15M or P1DT2H; undefined when it is none. In ms. */
export function lifetimeMs(text: string): number | undefined {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text)
  if (!match || text === 'P' || text.endsWith('T')) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(part => Number(part ?? '0'))
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}
