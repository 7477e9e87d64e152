import { attribute, type Element } from '../../xml/element.ts'
import { clusterOption, section } from '../cib.ts'
import { readLocations } from './locations.ts'
import { readNodes } from './nodes.ts'
import { activity, hasFailed } from './operations.ts'
import { readResources } from './resources.ts'
import type { Options, Picture, PictureNode, Top } from './types.ts'

/** Reads a whole CIB. `now` in ms decides which time-limited constraints still hold. */
export function readPicture(cib: Element, now: number): Picture {
  const options = readOptions(cib)
  const members = readNodes(cib, options)
  const known = readResources(cib, members, options)
  const nodes = options.stonithEnabled ? members.map(node => doomed(node, known)) : members
  const sameNodes = nodes.every((node, index) => node === members[index])
  const resources = sameNodes ? known : readResources(cib, nodes, options)
  return {
    cib,
    options,
    quorate: attribute(cib, 'have-quorum') === '1',
    dc: nodes.find(node => node.dc)?.name ?? '',
    nodes,
    resources,
    locations: readLocations(section(cib, 'constraints'), now),
    failures: failedOperations(resources, nodes),
  }
}

function readOptions(cib: Element): Options {
  const flag = (name: string, otherwise: string) => (clusterOption(cib, name) || otherwise) === 'true'
  return {
    stonithEnabled: flag('stonith-enabled', 'true'),
    noQuorumPolicy: clusterOption(cib, 'no-quorum-policy') || 'stop',
    maintenance: flag('maintenance-mode', 'false'),
    symmetric: flag('symmetric-cluster', 'true'),
    stopAll: flag('stop-all-resources', 'false'),
    stack: clusterOption(cib, 'cluster-infrastructure') || 'corosync',
    version: clusterOption(cib, 'dc-version'),
  }
}

/** Only fencing can end what could not be stopped, or what may still run on a node that is gone. */
function doomed(node: PictureNode, resources: readonly Top[]): PictureNode {
  if (node.unclean || node.pending) return node
  const members = resources.flatMap(top => top.members)
  if (!node.online) {
    const left = members.find(member => activity(member.history[node.name] ?? [], node.name, true) !== undefined)
    return left ? { ...node, unclean: true, fenceReason: `${left.id} is thought to be active there` } : node
  }
  const stuck = members.find(member => {
    const last = member.history[node.name]?.at(-1)
    return last !== undefined && last.task === 'stop' && hasFailed(last) && member.managed
  })
  return stuck ? { ...node, unclean: true, fenceReason: `${stuck.id} failed there` } : node
}

function failedOperations(resources: readonly Top[], nodes: readonly PictureNode[]): Picture['failures'] {
  const members = resources.flatMap(top => top.members)
  return nodes
    .filter(node => node.online)
    .flatMap(node => members.flatMap(member => newestFailure(member.history[node.name] ?? [])))
}

function newestFailure(history: Picture['failures']): Picture['failures'] {
  const failed = history.filter(hasFailed)
  return failed.filter((operation, index) => failed.findIndex(other => other.key === operation.key) === index)
}
