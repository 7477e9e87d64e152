import type { ClusterStatus } from '../clusters/status.ts'
import type { Facts } from './plan.ts'

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

/** What is no longer as it was when the plan was approved, a sentence each; empty when all holds. */
export function drift(approved: Facts, now: Facts): string[] {
  const owners = Object.entries(approved.owners)
    .filter(([group, owner]) => now.owners[group] !== owner)
    .map(([group, owner]) => `${group} was on ${owner || 'no node'} and is now on ${now.owners[group] || 'no node'}`)
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
