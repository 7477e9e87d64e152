import { bad, good, type Problem, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import {
  attribute,
  childOf,
  childrenOf,
  descendantsOf,
  isTrue,
  notUnderstood,
  readXml,
  type XmlElement,
} from '../xml.ts'
import { answerTo, notRunning } from './answers.ts'

/** What crm_mon said, its places found but its parts not yet read. */
export interface CrmMon {
  readonly root: XmlElement
  readonly dc: string
  /** Absent when there is no DC: crm_mon then says nothing about quorum. */
  readonly quorate: boolean | undefined
  readonly maintenance: boolean
  readonly fencingEnabled: boolean
  readonly stopAll: boolean
  readonly nodes: readonly XmlElement[]
  readonly resources: readonly XmlElement[]
  /** The top-level resource a resource belongs to: itself, or the group, clone or bundle around it; "" when unknown. */
  readonly topLevelOf: (resource: string) => string
}

const NODE_FLAGS = ['online', 'standby', 'maintenance', 'pending', 'unclean'] as const
const RESOURCE_FLAGS = ['managed', 'failed'] as const

/** Reads `crm_mon -1 --output-as=xml` of Pacemaker 2.0 and later (ha-stacks.md §8). */
export function readCrmMon(answers: Answers, context: ReadingContext): Result<CrmMon> {
  const answer = answerTo('status', answers, context)
  if (!answer.ok) return answer
  const what = `crm_mon's answer from ${context.node}`
  const document = readXml(answer.value.stdout, ['pacemaker-result', 'crm_mon'], what)
  if (!document.ok) return document
  const problem = refused(document.value, what, context) ?? incomplete(document.value, what)
  return problem ? bad(problem) : good(found(document.value))
}

function refused(root: XmlElement, what: string, context: ReadingContext): Problem | undefined {
  if (root.name === 'crm_mon') {
    return {
      code: 'version-not-supported',
      message: `${context.node} runs a Pacemaker older than 2.0: its crm_mon speaks an earlier form of XML.`,
      next: 'Pacemaker 2.0 or later is read by this version.',
    }
  }
  const status = childOf(root, 'status')
  if (!status) return notUnderstood(what, 'the <status> element is missing')
  if (attribute(status, 'code') === '0') return undefined
  const said = [attribute(status, 'message'), ...descendantsOf(status, 'error').map(error => error.text)]
    .filter(Boolean)
    .join('; ')
  if (attribute(status, 'code') === '102') return notRunning(context, said)
  return { code: 'tool-refused', message: `crm_mon on ${context.node} could not answer: ${said}.` }
}

/** What must be there before anything is believed; an absent flag is not the same as "false". */
function incomplete(root: XmlElement, what: string): Problem | undefined {
  const summary = childOf(root, 'summary')
  for (const part of ['current_dc', 'cluster_options']) {
    if (!childOf(summary, part)) return notUnderstood(what, `<${part}> is missing`)
  }
  const nodes = childOf(root, 'nodes')
  if (!nodes) return notUnderstood(what, '<nodes> is missing')
  return unsaid(childrenOf(nodes, 'node'), 'name', NODE_FLAGS, what) ?? unsaid(parts(root), 'id', RESOURCE_FLAGS, what)
}

function unsaid(
  elements: readonly XmlElement[],
  key: string,
  flags: readonly string[],
  what: string,
): Problem | undefined {
  for (const element of elements) {
    const name = attribute(element, key)
    if (name === '') return notUnderstood(what, `a <${element.name}> has no ${key}`)
    const flag = flags.find(each => !['true', 'false'].includes(attribute(element, each)))
    if (flag) return notUnderstood(what, `${name} does not say whether it is "${flag}"`)
  }
  return undefined
}

function parts(root: XmlElement): readonly XmlElement[] {
  return descendantsOf(childOf(root, 'resources'), 'resource')
}

function found(root: XmlElement): CrmMon {
  const summary = childOf(root, 'summary')
  const options = childOf(summary, 'cluster_options')
  const dc = childOf(summary, 'current_dc')
  const resources = childOf(root, 'resources')?.children ?? []
  return {
    root,
    dc: attribute(dc, 'name'),
    quorate: isTrue(dc, 'present') ? isTrue(dc, 'with_quorum') : undefined,
    maintenance: isTrue(options, 'maintenance-mode'),
    fencingEnabled: isTrue(options, 'stonith-enabled'),
    stopAll: isTrue(options, 'stop-all-resources'),
    nodes: childrenOf(childOf(root, 'nodes'), 'node'),
    resources,
    topLevelOf: topLevels(resources),
  }
}

function topLevels(resources: readonly XmlElement[]): (resource: string) => string {
  const owner = new Map<string, string>()
  const add = (element: XmlElement, top: string) => {
    owner.set(attribute(element, 'id'), top)
    for (const child of element.children) if (child.name !== 'node') add(child, top)
  }
  for (const element of resources) add(element, attribute(element, 'id'))
  // An instance of a clone has ":0" behind its name in some places and none in others.
  return resource => owner.get(resource) ?? owner.get(resource.replace(/:\d+$/, '')) ?? owner.get(`${resource}:0`) ?? ''
}
