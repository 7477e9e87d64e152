import { bad, good, type Result } from '../../../problem.ts'
import { byName } from '../../lookup.ts'
import type { ClusterStatus } from '../../status.ts'
import { agree } from '../agree.ts'
import type { Answers, ReadingContext, StackReader } from '../stack.ts'
import { answerTo } from './answers.ts'
import { type Cib, readCib } from './cib.ts'
import { controllerSaid } from './controller.ts'
import { type CrmMon, readCrmMon } from './crm-mon.ts'
import { failuresOfCluster } from './failures.ts'
import { fencingOf } from './fencing.ts'
import { groupsOf } from './groups.ts'
import { leftoversOfCib } from './leftovers.ts'
import { nodesOf } from './nodes.ts'
import { PACEMAKER_QUERIES } from './queries.ts'
import { unsettledBecause } from './settled.ts'

export const pacemakerReader: StackReader = { queries: PACEMAKER_QUERIES, asks: 'two', parse, combine: agree }

/**
 * A cluster's status from one node's answers. Nothing is concluded from exit codes; an answer that is missing, cut off or says
 * anything but "OK" refuses the whole reading, with the first problem alone (when Pacemaker is not running all of them fail for that), except the controller's: without it the cluster is read, but not settled.
 */
function parse(answers: Answers, context: ReadingContext): Result<ClusterStatus> {
  const crmMon = readCrmMon(answers, context)
  if (!crmMon.ok) return crmMon
  const cib = readCib(answers, context)
  if (!cib.ok) return cib
  const digest = digestOf(answers, context)
  if (!digest.ok) return digest
  return good(joined(crmMon.value, cib.value, digest.value, answers, context))
}

function joined(crmMon: CrmMon, cib: Cib, digest: string, answers: Answers, context: ReadingContext): ClusterStatus {
  const groups = groupsOf(crmMon)
  const fencing = fencingOf(crmMon, cib)
  const nodes = nodesOf(crmMon, groups, fencing)
  const controller = controllerSaid(answers['controller'])
  const because = unsettledBecause({ crmMon, controller, nodes, groups, fencing })
  return {
    cluster: context.cluster,
    stack: 'pacemaker',
    readAt: context.readAt,
    readFrom: [context.node],
    quorate: crmMon.quorate ?? cib.quorate,
    settled: because.length === 0,
    unsettledBecause: because,
    dc: crmMon.dc,
    maintenance: crmMon.maintenance,
    fencing: { enabled: crmMon.fencingEnabled, devices: fencing.devices, pending: fencing.pending },
    nodes: byName(nodes),
    groups: byName(groups),
    failures: failuresOfCluster(crmMon, cib, groups),
    leftovers: leftoversOfCib(cib, crmMon.topLevelOf),
    configuration: { version: cib.version, digest },
  }
}

function digestOf(answers: Answers, context: ReadingContext): Result<string> {
  const answer = answerTo('digest', answers, context)
  if (!answer.ok) return answer
  const digest = /^([0-9a-f]{32})\s*$/.exec(answer.value.stdout)?.[1]
  if (digest !== undefined) return good(digest)
  return bad({
    code: 'answer-not-understood',
    message: `The configuration's digest from ${context.node} is not understood: "${answer.value.stdout.trim().slice(0, 60)}".`,
    stillTrue: 'Nothing was concluded from it.',
  })
}
