import type { Result } from '../../../problem.ts'
import { bad, good } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, childOf, childrenOf, notUnderstood, readXml, type XmlElement } from '../xml.ts'
import { answerTo, whose } from './answers.ts'

export interface ClustatNode {
  readonly name: string
  readonly online: boolean
  readonly estranged: boolean
  /** rgmanager runs there. */
  readonly rgmanager: boolean
  /** The node that answers. */
  readonly local: boolean
}

export interface ClustatGroup {
  /** With its kind in front: `service:serv`. */
  readonly fullName: string
  readonly state: number
  readonly word: string
  readonly frozen: boolean
  /** A resource that the service may lose is down. */
  readonly partial: boolean
  /** "" when nobody has it. */
  readonly owner: string
  readonly lastOwner: string
  /** Seconds since 1970; 0 when it never changed. */
  readonly lastTransition: number
}

export interface Clustat {
  readonly quorate: boolean
  readonly nodes: readonly ClustatNode[]
  /** Absent where this node cannot say: no quorum, or no rgmanager on it that answers. */
  readonly groups?: readonly ClustatGroup[]
}

const FROZEN = 1
const PARTIAL = 2

/** `clustat -x` (ha-stacks.md §7). Plain clustat cuts long names off and is never read. */
export function readClustat(answers: Answers, context: ReadingContext): Result<Clustat> {
  const answer = answerTo('clustat', answers, context)
  if (!answer.ok) return answer
  const root = readXml(answer.value.stdout, ['clustat'], whose('clustat', context))
  if (!root.ok) return root
  const quorum = childOf(root.value, 'quorum')
  const nodes = childrenOf(childOf(root.value, 'nodes'), 'node').filter(node => attribute(node, 'qdisk') !== '1')
  if (!quorum || nodes.length === 0)
    return bad(notUnderstood(whose('clustat', context), 'it names no quorum or no nodes'))
  return groupsIn(root.value, context, {
    quorate: attribute(quorum, 'quorate') === '1',
    nodes: nodes.map(nodeIn),
  })
}

function nodeIn(element: XmlElement): ClustatNode {
  const is = (name: string) => attribute(element, name) === '1'
  return {
    name: attribute(element, 'name'),
    online: is('state'),
    estranged: is('estranged'),
    rgmanager: is('rgmanager'),
    local: is('local'),
  }
}

function groupsIn(root: XmlElement, context: ReadingContext, seen: Clustat): Result<Clustat> {
  const block = childOf(root, 'groups')
  if (!block || !seen.quorate || !seen.nodes.some(node => node.local && node.rgmanager)) return good(seen)
  const elements = childrenOf(block, 'group')
  const odd = elements.find(
    element => !/^\d{3}$/.test(attribute(element, 'state')) || attribute(element, 'name') === '',
  )
  if (odd)
    return bad(notUnderstood(whose('clustat', context), `a group "${attribute(odd, 'name')}" has no name or no state`))
  return good({ ...seen, groups: elements.map(element => groupIn(element, seen.nodes)) })
}

function groupIn(element: XmlElement, nodes: readonly ClustatNode[]): ClustatGroup {
  const flags = Number(attribute(element, 'flags')) || 0
  // "none" stands for nobody, unless a node is called so.
  const node = (name: string) => (nodes.some(each => each.name === name) ? name : '')
  return {
    fullName: attribute(element, 'name'),
    state: Number(attribute(element, 'state')),
    word: attribute(element, 'state_str'),
    frozen: flags % 2 === FROZEN,
    partial: Math.floor(flags / PARTIAL) % 2 === 1,
    owner: node(attribute(element, 'owner')),
    lastOwner: node(attribute(element, 'last_owner')),
    lastTransition: Number(attribute(element, 'last_transition')) || 0,
  }
}
