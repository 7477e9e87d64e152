import { createHash } from 'node:crypto'
import {
  attribute,
  child,
  childrenNamed,
  childWith,
  type Element,
  element,
  ensureChild,
  removeChild,
} from '../xml/element.ts'
import { compactXml } from '../xml/text.ts'

export const BUILD = '2.1.5-a3f44794f94'
export const FEATURE_SET = '3.16.1'

/** The section of a CIB: `configuration`, `status`, or a part of the configuration. */
export function section(cib: Element, name: string): Element {
  const parent = name === 'status' || name === 'configuration' ? cib : ensureChild(cib, 'configuration')
  return ensureChild(parent, name)
}

/** Who changed the configuration, for the CIB's root attributes. */
export interface Change {
  readonly at: number
  readonly node: string
  readonly client: string
  readonly user: string
}

/** A configuration change: epoch goes up, num_updates starts again. */
export function configurationChanged(cib: Element, change: Change): void {
  cib.attributes['epoch'] = String(Number(attribute(cib, 'epoch')) + 1)
  cib.attributes['num_updates'] = '0'
  cib.attributes['cib-last-written'] = ctime(change.at)
  cib.attributes['update-origin'] = change.node
  cib.attributes['update-client'] = change.client
  cib.attributes['update-user'] = change.user
}

/** A status change: only num_updates goes up. */
export function statusChanged(cib: Element): void {
  cib.attributes['num_updates'] = String(Number(attribute(cib, 'num_updates')) + 1)
}

export function clusterOption(cib: Element, name: string): string {
  const set = child(section(cib, 'crm_config'), 'cluster_property_set')
  const found = childWith(set, 'nvpair', 'name', name)
  return found ? attribute(found, 'value') : ''
}

/** The name-value pairs of every set of that kind, the first one winning. */
export function nvpairs(parent: Element | undefined, sets: string): Record<string, string> {
  const pairs = childrenNamed(parent, sets).flatMap(set => childrenNamed(set, 'nvpair'))
  return Object.fromEntries(pairs.reverse().map(pair => [attribute(pair, 'name'), attribute(pair, 'value')]))
}

/** Sets a pair in the set with `setId`; returns its id. */
export function setNvpair(parent: Element, sets: string, setId: string, name: string, value: string): string {
  const set = child(parent, sets) ?? addTo(parent, element(sets, { id: setId }))
  const found = childWith(set, 'nvpair', 'name', name)
  if (found) {
    found.attributes['value'] = value
    return attribute(found, 'id')
  }
  const id = `${setId}-${name.replaceAll('#', '.')}`
  set.children.push(element('nvpair', { id, name, value }))
  return id
}

/** Removes a pair; returns its id, or "" when there was none. */
export function deleteNvpair(parent: Element | undefined, sets: string, name: string): string {
  const set = childrenNamed(parent, sets).find(candidate => childWith(candidate, 'nvpair', 'name', name))
  const found = childWith(set, 'nvpair', 'name', name)
  if (!set || !found) return ''
  removeChild(set, found)
  return attribute(found, 'id')
}

function addTo(parent: Element, made: Element): Element {
  parent.children.push(made)
  return made
}

/** The digest that `cibadmin --md5-sum` prints: MD5 of a blank, the XML without white space, and a newline. */
export function digest(of: Element): string {
  return createHash('md5')
    .update(` ${compactXml(of)}\n`)
    .digest('hex')
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A time as ctime(3) prints it, in UTC: `Sat Nov 21 08:00:00 2026`. */
export function ctime(at: number): string {
  const date = new Date(at)
  const day = String(date.getUTCDate()).padStart(2, ' ')
  const time = date.toISOString().slice(11, 19)
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}`
}

/** A time as Pacemaker's XML prints it: `2026-11-21 08:00:00Z`. */
export function isoTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`
}
