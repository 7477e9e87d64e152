import type { GroupStatus, Member } from '../../status.ts'
import type { Clustat, ClustatGroup } from './clustat.ts'
import type { ClusterConf, ConfiguredService } from './cluster-conf.ts'
import { holderOf, pendingOf, STATE, stateOf } from './group-state.ts'
import { groupNames } from './names.ts'

/** A service as rgmanager and the configuration know it together. */
export interface Service {
  readonly group: GroupStatus
  /** What clustat said; absent where this node cannot say. */
  readonly said?: ClustatGroup
}

/**
 * The services, their parts and their places. A node that cannot say what they do (no quorum, no rgmanager that answers) still knows from
 * cluster.conf which there are: those are `blocked`, in no place, until another node says more.
 */
export function servicesOf({ groups, nodes }: Clustat, conf: ClusterConf): readonly Service[] {
  const said = groups ?? []
  const fullNames = groups ? said.map(group => group.fullName) : conf.services.map(service => service.fullName)
  const names = groupNames(fullNames)
  const known = new Set(nodes.map(node => node.name))
  return fullNames.map(fullName => {
    const group = said.find(each => each.fullName === fullName)
    const configured = conf.services.find(each => each.fullName === fullName)
    const status = groupStatus(names.get(fullName) ?? fullName, fullName, group, configured, known)
    return { group: status, ...(group && { said: group }) }
  })
}

function groupStatus(
  name: string,
  fullName: string,
  said: ClustatGroup | undefined,
  configured: ConfiguredService | undefined,
  known: ReadonlySet<string>,
): GroupStatus {
  const node = said ? holderOf(said) : ''
  const bannedFrom = configured?.bannedFrom.filter(banned => known.has(banned))
  return {
    name,
    kind: fullName.startsWith('vm:') ? 'resource' : 'group',
    node,
    nodes: node === '' ? [] : [node],
    state: said ? stateOf(said) : 'blocked',
    managed: !said?.frozen,
    ...(configured && configured.prefers !== '' && { prefers: configured.prefers }),
    disabled: said?.state === STATE.disabled,
    members: (configured?.resources ?? []).map(resource => memberOf(resource, said, node)),
    ...(bannedFrom && { bannedFrom }),
  }
}

/** rgmanager tells no part's own state: all of them are as the service is. */
function memberOf(
  { name, agent }: ConfiguredService['resources'][number],
  said: ClustatGroup | undefined,
  node: string,
): Member {
  const state = said ? stateOf(said) : 'blocked'
  return {
    name,
    agent,
    role: state === 'started' || state === 'partial' ? 'Started' : 'Stopped',
    nodes: node === '' ? [] : [node],
    failed: state === 'failed',
    blocked: state === 'blocked',
    managed: !said?.frozen,
    pending: said ? pendingOf(said) : '',
  }
}
