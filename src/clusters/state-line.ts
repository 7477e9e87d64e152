import type { ClusterStatus } from './status.ts'

/** `5 of 5 online · quorate · settled · no failures · fencing on (5 of 5 nodes covered)`. */
export function stateLine(status: ClusterStatus): string {
  const nodes = Object.values(status.nodes)
  const online = nodes.filter(node => node.online).length
  const failures = status.failures.length
  return [
    `${online} of ${nodes.length} online`,
    quorumText(status),
    status.settled ? 'settled' : `not settled (${status.unsettledBecause.join('; ')})`,
    failures === 0 ? 'no failures' : `${failures} ${failures === 1 ? 'failure' : 'failures'}`,
    fencingText(status),
    ...(status.maintenance ? ['MAINTENANCE MODE'] : []),
  ].join(' · ')
}

function quorumText({ quorate, withoutQuorum }: ClusterStatus): string {
  if (withoutQuorum) return 'no quorum in this stack'
  return quorate ? 'quorate' : 'NO QUORUM'
}

function fencingText(status: ClusterStatus): string {
  if (!status.fencing.enabled) return 'fencing OFF'
  const nodes = Object.values(status.nodes)
  return `fencing on (${nodes.filter(node => node.fenceable).length} of ${nodes.length} nodes covered)`
}
