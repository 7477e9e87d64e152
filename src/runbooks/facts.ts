import type { ClusterStatus } from '../clusters/status.ts'
import type { Facts, Plan } from './plan.ts'

/** What a plan made from this status rests on. */
export function factsOf(status: ClusterStatus): Facts {
  return {
    owners: Object.fromEntries(Object.values(status.groups).map(group => [group.name, group.nodes.join(', ')])),
    members: Object.values(status.nodes)
      .filter(node => node.online)
      .map(node => node.name)
      .sort(),
    quorate: status.quorate,
    configuration: status.configuration.version,
  }
}

/** What a plan is about: owners of other groups may change without any consequence for it. */
export interface Concerns {
  readonly groups: readonly string[]
  readonly nodes: readonly string[]
}

/**
 * The groups and nodes that a plan names in its inputs, or comes to in a rolling, as the cluster knew or knows them. A node that is offline
 * is named as well.
 */
export function concernsOf({ facts, inputs, steps }: Plan, { groups, nodes }: ClusterStatus): Concerns {
  const inside = steps.flatMap(({ scope }) => [scope?.turn?.node, ...Object.values(scope?.use?.inputs ?? {})])
  const values = [...new Set([...Object.values(inputs), ...inside])].filter(value => typeof value === 'string')
  return {
    groups: values.filter(value => Object.hasOwn(facts.owners, value) || Object.hasOwn(groups, value)),
    nodes: values.filter(value => facts.members.includes(value) || Object.hasOwn(nodes, value)),
  }
}

/** What is no longer as it was when the plan was approved, a sentence each; empty when all holds. */
export function drift(approved: Facts, now: Facts, concerns: Concerns): string[] {
  const names = new Set([...Object.keys(approved.owners), ...Object.keys(now.owners)])
  const owners = [...names]
    .filter(group => approved.owners[group] !== now.owners[group] && isConcerned(group, approved, now, concerns))
    .map(
      group => `${group} was on ${approved.owners[group] || 'no node'} and is now on ${now.owners[group] || 'no node'}`,
    )
  const left = approved.members.filter(node => !now.members.includes(node)).map(node => `${node} is no longer online`)
  const joined = now.members.filter(node => !approved.members.includes(node)).map(node => `${node} has come online`)
  const quorum =
    approved.quorate === now.quorate ? [] : [now.quorate ? 'the cluster has quorum again' : 'quorum is lost']
  const configuration =
    approved.configuration === now.configuration
      ? []
      : [`the cluster's configuration changed from ${approved.configuration} to ${now.configuration}`]
  return [...owners, ...left, ...joined, ...quorum, ...configuration]
}

/** A group that is named, or that was or is on a node that is named; every group where nothing is named at all. */
function isConcerned(group: string, approved: Facts, now: Facts, { groups, nodes }: Concerns): boolean {
  if (groups.length === 0 && nodes.length === 0) return true
  const places = [approved.owners[group], now.owners[group]].flatMap(owner => owner?.split(', ') ?? [])
  return groups.includes(group) || places.some(place => nodes.includes(place))
}
