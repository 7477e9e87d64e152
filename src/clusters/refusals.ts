import type { Problem } from '../problem.ts'
import { unfitBecause } from './health.ts'
import { groupOf, listed, nodeOf } from './lookup.ts'
import type { ClusterStatus, GroupStatus } from './status.ts'
import { suggest } from './suggest.ts'

const NOTHING_RAN = 'Nothing was run.'

/**
 * Why a group cannot be moved, or not to that node; empty when nothing speaks against it. Only what makes the request senseless
 * or impossible: whether the cluster is in a state to be touched is the runbook's business.
 */
export function refuseMove(status: ClusterStatus, group: string, target?: string): readonly Problem[] {
  const found = groupOf(status, group)
  if (!found) return [noSuchGroup(status, group)]
  const immovable = refuseGroup(status, found)
  if (immovable) return [immovable]
  const refused = target === undefined ? undefined : refuseTarget(status, found, target)
  return refused ? [refused] : []
}

function noSuchGroup(status: ClusterStatus, name: string): Problem {
  const groups = Object.keys(status.groups)
  const node = nodeOf(status, name)
  if (node) {
    const holds = node.groups.length > 0 ? `holding ${node.groups.join(', ')}` : 'holding no group'
    const next =
      node.groups.length > 0 ? `To empty it: /ha standby ${name}` : `To keep groups away from it: /ha standby ${name}`
    return {
      code: 'node-not-group',
      message: `${name} is a node ${holds}: \`/ha standby ${name}\``,
      stillTrue: NOTHING_RAN,
      next,
    }
  }
  const around = Object.values(status.groups).find(group => group.members.some(member => member.name === name))
  const suggestion = around?.name ?? suggest(name, [...groups, ...Object.keys(status.nodes)])
  return {
    code: 'unknown-group',
    message: around
      ? `${name} is a part of ${around.name}, which moves as a whole.`
      : `No group "${name}" in ${status.cluster}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
    stillTrue: NOTHING_RAN,
    next: groups.length > 0 ? `Groups of ${status.cluster}: ${groups.join(', ')}.` : `${status.cluster} has no groups.`,
  }
}

function refuseGroup(status: ClusterStatus, group: GroupStatus): Problem | undefined {
  if (group.kind === 'clone' || group.kind === 'bundle') return severalAtOnce(group)
  if (group.nodes.length > 1) return spread(group)
  if (group.node === '') return notRunning(status, group)
  const owner = nodeOf(status, group.node)
  return owner && (owner.unclean || !owner.online) ? ownerIsDead(status, group) : undefined
}

function severalAtOnce(group: GroupStatus): Problem {
  const where = group.nodes.length > 0 ? ` It runs on ${listed(group.nodes)}.` : ''
  return {
    code: 'not-movable',
    message: `${group.name} is a ${group.kind}: it runs on several nodes and has no place to be moved from.${where}`,
    stillTrue: NOTHING_RAN,
    next: 'To take it off one node: /ha standby <node>',
  }
}

function spread(group: GroupStatus): Problem {
  return {
    code: 'active-twice',
    message: `Parts of ${group.name} run on ${listed(group.nodes)} at the same time; a move could damage shared storage.`,
    stillTrue: NOTHING_RAN,
    next: 'Find out on these nodes what is mounted and running, and stop the wrong one by hand, before anything is moved.',
  }
}

function notRunning(status: ClusterStatus, group: GroupStatus): Problem {
  if (group.state === 'unknown') return notKnown(status, group)
  const why = group.disabled ? ' because somebody wants it stopped' : ` (${group.state})`
  return {
    code: 'group-not-running',
    message: `${group.name} runs nowhere${why}: there is nothing to move.`,
    stillTrue: NOTHING_RAN,
    next: howToStart(status, group),
  }
}

function notKnown(status: ClusterStatus, group: GroupStatus): Problem {
  return {
    code: 'owner-not-known',
    message: `It is not known where ${group.name} runs: no node that answers has it, and one that does not answer may.`,
    stillTrue: NOTHING_RAN,
    next: `See who answers: /ha status on ${status.cluster}`,
  }
}

function howToStart({ stack, cluster }: ClusterStatus, { name, disabled, state }: GroupStatus): string {
  if (stack === 'rgmanager' && (disabled || state === 'failed')) return `To have it started again: /ha cleanup ${name}`
  if (stack === 'pacemaker' && disabled)
    return `To start it, on a node: crm_resource --resource ${name} --meta --delete-parameter target-role`
  return `See why: /ha status on ${cluster}`
}

function ownerIsDead(status: ClusterStatus, group: GroupStatus): Problem {
  const node = group.node
  const state = nodeOf(status, node)?.state ?? 'gone'
  return {
    code: 'owner-dead',
    message: `${group.name} was on ${node}, and ${node} is ${state}: this is not a failover a person can ask for. ${fencingState(status, node)}`,
    stillTrue: NOTHING_RAN,
    next: `The cluster starts ${group.name} elsewhere as soon as ${node} is known to be off. If it does not get there: /ha fence ${node}`,
  }
}

function fencingState(status: ClusterStatus, node: string): string {
  if (!status.fencing.enabled) return 'Fencing is off.'
  const pending = status.fencing.pending.filter(action => action.endsWith(` of ${node}`))
  if (pending.length > 0) return `Fencing is under way: ${listed(pending)}.`
  const failed = status.failures.find(failure => failure.task === 'fencing' && failure.node === node)
  if (failed) return `Fencing failed: ${failed.reason}.`
  const covered = nodeOf(status, node)?.fenceable ? '' : `, and no fence device covers ${node}`
  return `Fencing is on, but none of ${node} is under way${status.quorate ? '' : ' (there is no quorum)'}${covered}.`
}

function refuseTarget(status: ClusterStatus, group: GroupStatus, target: string): Problem | undefined {
  if (!nodeOf(status, target)) return noSuchNode(status, target)
  if (group.node === target) {
    return {
      code: 'already-there',
      message: `${group.name} already runs on ${target}. Nothing to do.`,
      stillTrue: NOTHING_RAN,
    }
  }
  const because = unfitBecause(status, target, group.name)
  if (because.length === 0) return undefined
  return {
    code: 'target-unfit',
    message: `${target} cannot take ${group.name}: ${because.join('; ')}.`,
    stillTrue: NOTHING_RAN,
    next: `Name another node, or none to have one chosen: /ha failover ${group.name}`,
  }
}

/** A node that the cluster does not have, with the one that was probably meant. */
export function noSuchNode(status: ClusterStatus, name: string): Problem {
  const nodes = Object.keys(status.nodes)
  const suggestion = suggest(name, nodes)
  return {
    code: 'unknown-node',
    message: `No node "${name}" in ${status.cluster}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
    stillTrue: NOTHING_RAN,
    next: `Nodes of ${status.cluster}: ${nodes.join(', ')}.`,
  }
}
