import { bad, good, type Result } from '../../../problem.ts'
import { byName } from '../../lookup.ts'
import type { ClusterStatus } from '../../status.ts'
import { notOfStack } from '../detect.ts'
import type { Answers, ReadingContext, StackReader } from '../stack.ts'
import { readClustat } from './clustat.ts'
import { readClusterConf } from './cluster-conf.ts'
import { readCman } from './cman.ts'
import { allFrozen, combine } from './combine.ts'
import { failuresOfServices } from './failures.ts'
import { readFenceDomain } from './fence-domain.ts'
import { servicesOf } from './groups.ts'
import { type Members, nodesOf } from './nodes.ts'
import { RGMANAGER_QUERIES } from './queries.ts'
import { fencingOf, unsettledBecause } from './settled.ts'

/** cman, rgmanager and clvmd (ha-stacks.md §7): every node has its own cluster.conf and its own view of the fence domain. */
export const rgmanagerReader: StackReader = { queries: RGMANAGER_QUERIES, asks: 'all', parse, combine }

/** The cluster as one node sees it. The first answer that is missing, cut off or not understood refuses the whole reading. */
function parse(answers: Answers, context: ReadingContext): Result<ClusterStatus> {
  const stranger = notOfStack(context, 'rgmanager', answers['stack'])
  if (stranger) return bad(stranger)
  const clustat = readClustat(answers, context)
  if (!clustat.ok) return clustat
  const cman = readCman(answers, context)
  if (!cman.ok) return cman
  const fenceDomain = readFenceDomain(answers, context)
  if (!fenceDomain.ok) return fenceDomain
  const conf = readClusterConf(answers, context)
  if (!conf.ok) return conf
  const members = { clustat: clustat.value, cman: cman.value, fenceDomain: fenceDomain.value, conf: conf.value }
  return good(joined(members, context))
}

function joined(members: Members, context: ReadingContext): ClusterStatus {
  const { clustat, cman, conf } = members
  const services = servicesOf(clustat, conf)
  const groups = services.map(({ group }) => group)
  const because = unsettledBecause(members, services, context.node)
  return {
    cluster: context.cluster,
    stack: 'rgmanager',
    readAt: context.readAt,
    readFrom: [context.node],
    quorate: clustat.quorate && !cman.blocked,
    settled: because.length === 0,
    unsettledBecause: because,
    dc: '',
    maintenance: allFrozen(groups),
    fencing: { enabled: conf.fenceable.size > 0, devices: conf.devices, pending: fencingOf(members) },
    nodes: byName(nodesOf(members, services)),
    groups: byName(groups),
    failures: failuresOfServices(services),
    leftovers: [],
    configuration: { version: conf.version, digest: conf.digest },
  }
}
