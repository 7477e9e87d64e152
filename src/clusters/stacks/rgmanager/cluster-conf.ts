import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { attribute, childOf, childrenOf, notUnderstood, readXml, type XmlElement } from '../xml.ts'
import { answerTo, whose } from './answers.ts'

export interface ConfiguredService {
  /** As clustat calls it: `service:serv`, `vm:guest1`. */
  readonly fullName: string
  readonly resources: readonly { readonly name: string; readonly agent: string }[]
  /** First of an ordered failover domain, "" without one. */
  readonly prefers: string
  /** Nodes outside a restricted failover domain. */
  readonly bannedFrom: readonly string[]
}

export interface ClusterConf {
  readonly version: string
  readonly digest: string
  /** Fence devices that some node's method uses, by name. */
  readonly devices: readonly string[]
  /** Nodes with at least one method that uses a device that exists. An empty <fence> is none (ha-stacks.md §11.3). */
  readonly fenceable: ReadonlySet<string>
  readonly services: readonly ConfiguredService[]
}

/** /etc/cluster/cluster.conf, whole, and the digest of its bytes. */
export function readClusterConf(answers: Answers, context: ReadingContext): Result<ClusterConf> {
  const answer = answerTo('conf', answers, context)
  if (!answer.ok) return answer
  const root = readXml(answer.value.stdout, ['cluster'], whose('conf', context))
  if (!root.ok) return root
  const digest = digestIn(answers, context)
  return digest.ok ? good(confOf(root.value, digest.value)) : digest
}

function digestIn(answers: Answers, context: ReadingContext): Result<string> {
  const answer = answerTo('digest', answers, context)
  if (!answer.ok) return answer
  const digest = /^([0-9a-f]{64})\s+-\s*$/.exec(answer.value.stdout)?.[1]
  return digest === undefined ? bad(notUnderstood(whose('digest', context), 'it is no SHA-256 sum')) : good(digest)
}

function confOf(root: XmlElement, digest: string): ClusterConf {
  const configured = childrenOf(childOf(root, 'fencedevices'), 'fencedevice').map(device => attribute(device, 'name'))
  const nodes = childrenOf(childOf(root, 'clusternodes'), 'clusternode').map(node => ({
    name: attribute(node, 'name'),
    devices: devicesOf(node).filter(device => configured.includes(device)),
  }))
  const rm = childOf(root, 'rm')
  const names = nodes.map(node => node.name)
  return {
    version: attribute(root, 'config_version'),
    digest,
    devices: [...new Set(nodes.flatMap(node => node.devices))],
    fenceable: new Set(nodes.filter(node => node.devices.length > 0).map(node => node.name)),
    services: ['service', 'vm'].flatMap(kind => childrenOf(rm, kind).map(element => serviceOf(element, rm, names))),
  }
}

function devicesOf(node: XmlElement): readonly string[] {
  const methods = childrenOf(childOf(node, 'fence'), 'method')
  return methods.flatMap(method => childrenOf(method, 'device')).map(device => attribute(device, 'name'))
}

function serviceOf(element: XmlElement, rm: XmlElement | undefined, nodes: readonly string[]): ConfiguredService {
  const domains = childrenOf(childOf(rm, 'failoverdomains'), 'failoverdomain')
  const domain = domains.find(each => attribute(each, 'name') === attribute(element, 'domain'))
  const members = childrenOf(domain, 'failoverdomainnode')
  const inside = members.map(node => attribute(node, 'name'))
  return {
    fullName: `${element.name}:${attribute(element, 'name')}`,
    resources: element.name === 'vm' ? [{ name: attribute(element, 'name'), agent: 'vm' }] : resourcesOf(element),
    prefers: attribute(domain, 'ordered') === '1' ? firstOf(members) : '',
    bannedFrom: attribute(domain, 'restricted') === '1' ? nodes.filter(name => !inside.includes(name)) : [],
  }
}

/** In the order in which they are written; a resource is named here or refers to one that is. `action` only sets its times. */
function resourcesOf(service: XmlElement): ConfiguredService['resources'] {
  const resources = descendants(service).filter(element => element.name !== 'action')
  return resources.map(resource => ({
    name: attribute(resource, 'ref') || attribute(resource, 'name') || attribute(resource, 'address') || resource.name,
    agent: resource.name,
  }))
}

function descendants(element: XmlElement): readonly XmlElement[] {
  return element.children.flatMap(child => [child, ...descendants(child)])
}

/** The lowest number comes first; without one a node comes last. */
function firstOf(members: readonly XmlElement[]): string {
  const priority = (node: XmlElement) => Number(attribute(node, 'priority')) || Number.POSITIVE_INFINITY
  const [first] = [...members].sort((a, b) => priority(a) - priority(b))
  return attribute(first, 'name')
}
