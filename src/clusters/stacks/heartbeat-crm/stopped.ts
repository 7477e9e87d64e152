import { bad, good, type Result } from '../../../problem.ts'
import { byName, listed } from '../../lookup.ts'
import type { ClusterStatus } from '../../status.ts'
import type { ReadingContext } from '../stack.ts'

/**
 * What a node says on which heartbeat is stopped: that it is off itself, and nothing of the others. Only where every node says so is it a status
 * (`allStopped`): it is what a new cib.xml may be installed on (ha-stacks.md §9.4).
 */
export function stoppedReading({ cluster, node, nodes, readAt }: ReadingContext): ClusterStatus {
  const offline = {
    online: false,
    standby: false,
    maintenance: false,
    pending: false,
    unclean: false,
    shutdown: false,
    dc: false,
    groups: [],
    state: 'offline',
    fenceable: false,
  }
  return {
    cluster,
    stack: 'heartbeat-crm',
    readAt,
    readFrom: [node],
    quorate: false,
    settled: false,
    unsettledBecause: [`heartbeat is stopped on ${node}`],
    dc: '',
    maintenance: false,
    fencing: { enabled: false, devices: [], pending: [] },
    nodes: byName(nodes.map(name => ({ name, ...offline }))),
    groups: byName([]),
    failures: [],
    leftovers: [],
    configuration: { version: '', digest: '' },
  }
}

export function isStopped({ configuration, nodes }: ClusterStatus): boolean {
  return configuration.version === '' && Object.values(nodes).every(node => !node.online)
}

/** Readings that all say `stopped`. Of a node that is silent nothing is known: it may run everything. */
export function allStopped(readings: readonly ClusterStatus[], silent: readonly string[]): Result<ClusterStatus> {
  const [first] = readings
  const stopped = readings.flatMap(reading => reading.readFrom).sort()
  if (!first || silent.length > 0) {
    return bad({
      code: 'cluster-not-running',
      message: `Heartbeat is stopped on ${listed(stopped)}, and ${listed([...silent].sort())} did not say anything.`,
      stillTrue: 'Nothing was changed. What did not answer may still run groups.',
      next: `On each of them see: cl_status hbstatus`,
    })
  }
  return good({ ...first, readFrom: stopped, unsettledBecause: [`heartbeat is stopped on ${listed(stopped)}`] })
}
