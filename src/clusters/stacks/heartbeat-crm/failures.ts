import type { Failure } from '../../status.ts'
import { attribute, childOf, childrenOf } from '../xml.ts'
import { type Cib, pairsIn } from './cib.ts'
import type { CrmMon } from './crm-mon.ts'
import type { MonFailure } from './crm-mon-lines.ts'
import { type GroupsRead, plain } from './groups.ts'

const COUNT = 'fail-count-'

/** Everything that went wrong and is still on record: failed actions, fail counts beyond them, what runs twice, and orphans. */
export function failuresOf(crmMon: CrmMon, cib: Cib, { groups, orphans, groupOf }: GroupsRead): readonly Failure[] {
  const actions = crmMon.failures.map(failure => failedAction(failure, groupOf))
  const counts = failCounts(cib, groupOf)
  return [
    ...actions,
    ...counts.filter(
      count => !actions.some(each => plain(each.resource) === count.resource && each.node === count.node),
    ),
    ...groups
      .filter(group => group.kind !== 'clone')
      .flatMap(group => group.members.filter(member => member.nodes.length > 1))
      .flatMap(({ name, nodes }) =>
        nodes.map(node => failure(name, groupOf(name), node, 'active-twice', `runs on ${nodes.join(' and ')}`)),
      ),
    ...orphans.flatMap(({ name, nodes }) =>
      nodes.map(node => failure(name, '', node, 'orphan', 'runs, and is no longer configured')),
    ),
  ]
}

function failedAction(action: MonFailure, groupOf: (resource: string) => string): Failure {
  const word = action.word === 'complete' || action.word === 'Error' ? '' : `${action.word}, `
  return failure(action.resource, groupOf(action.resource), action.node, action.task, `${word}rc ${action.rc}`)
}

/** `fail-count-server2_daemon` among the attributes that a node keeps until it restarts. */
function failCounts(cib: Cib, groupOf: (resource: string) => string): readonly Failure[] {
  return childrenOf(cib.status, 'node_state').flatMap(state => {
    const pairs = pairsIn(childOf(state, 'transient_attributes'), 'instance_attributes')
    return [...pairs].flatMap(([name, count]) => {
      if (!name.startsWith(COUNT) || count === '0' || count === '') return []
      const resource = plain(name.slice(COUNT.length))
      return [failure(resource, groupOf(resource), attribute(state, 'uname'), 'fail-count', `fail count ${count}`)]
    })
  })
}

function failure(resource: string, group: string, node: string, task: string, reason: string): Failure {
  return { resource, group, node, task, reason, at: '' }
}
