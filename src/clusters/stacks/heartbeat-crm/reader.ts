import { bad, good, type Result } from '../../../problem.ts'
import { byName } from '../../lookup.ts'
import type { ClusterStatus } from '../../status.ts'
import { agree } from '../agree.ts'
import { notOfStack } from '../detect.ts'
import type { Answers, ReadingContext, StackReader } from '../stack.ts'
import { type Cib, readCib } from './cib.ts'
import { leftoversOf } from './constraints.ts'
import { type Controller, controllerSaid } from './controller.ts'
import { type CrmMon, readCrmMon, saysStopped } from './crm-mon.ts'
import { failuresOf } from './failures.ts'
import { fencingOf } from './fencing.ts'
import { type GroupsRead, groupsOf } from './groups.ts'
import { nodesOf } from './nodes.ts'
import { HEARTBEAT_CRM_QUERIES } from './queries.ts'
import { unsettledBecause } from './settled.ts'
import { allStopped, isStopped, stoppedReading } from './stopped.ts'

/**
 * Heartbeat 2.1.3 with its CRM. All nodes are asked: each half of a partition has a DC of its own, and only by asking both is that seen
 * (ha-stacks.md §9.1).
 */
export const heartbeatCrmReader: StackReader = { queries: HEARTBEAT_CRM_QUERIES, asks: 'all', parse, combine }

/** A cluster's status from one node's answers. Without the controller's word the cluster is read, but not settled. */
function parse(answers: Answers, context: ReadingContext): Result<ClusterStatus> {
  const stranger = notOfStack(context, 'heartbeat-crm', answers['stack'])
  if (stranger) return bad(stranger)
  if (saysStopped(answers)) return good(stoppedReading(context))
  const crmMon = readCrmMon(answers, context)
  if (!crmMon.ok) return crmMon
  const cib = readCib(answers, context)
  if (!cib.ok) return cib
  const groups = groupsOf(crmMon.value, cib.value, context)
  if (!groups.ok) return groups
  const controller = controllerSaid(answers, context)
  if (!controller.ok) return controller
  return good(joined(crmMon.value, cib.value, groups.value, controller.value, context))
}

/** A node on which heartbeat is stopped knows nothing of the others: it only counts where all are. */
function combine(readings: readonly ClusterStatus[], silent: readonly string[]): Result<ClusterStatus> {
  const running = readings.filter(reading => !isStopped(reading))
  return running.length > 0 ? agree(running) : allStopped(readings, silent)
}

function joined(
  crmMon: CrmMon,
  cib: Cib,
  read: GroupsRead,
  controller: Controller,
  context: ReadingContext,
): ClusterStatus {
  const fencing = fencingOf(cib)
  const nodes = nodesOf(crmMon, cib, read.groups, fencing)
  const because = unsettledBecause(crmMon, controller, nodes)
  return {
    cluster: context.cluster,
    stack: 'heartbeat-crm',
    readAt: context.readAt,
    readFrom: [context.node],
    quorate: cib.quorate && controller.quorate !== false,
    settled: because.length === 0,
    unsettledBecause: because,
    dc: crmMon.dc,
    maintenance: /^(?:false|off|no|n|0)$/i.test(cib.option('is-managed-default')),
    fencing: { enabled: fencing.enabled, devices: fencing.devices, pending: [] },
    nodes: byName(nodes),
    groups: byName(read.groups),
    failures: failuresOf(crmMon, cib, read),
    leftovers: leftoversOf(cib, read.groupOf),
    configuration: { version: cib.version, digest: cib.digest },
  }
}
