import type { GroupStatus, NodeStatus } from '../../status.ts'
import { attribute, childOf, childrenOf, type XmlElement } from '../xml.ts'
import { type Cib, isYes, pairsIn } from './cib.ts'
import type { CrmMon } from './crm-mon.ts'
import type { NodeWord } from './crm-mon-lines.ts'
import type { FencingRead } from './fencing.ts'

/**
 * The nodes with crm_mon's words, told apart where one word stands for two things: a joining node reads `standby` too, and one that was lost
 * and must still be fenced reads `OFFLINE` like any other (ha-stacks.md §6). The status section of the CIB knows.
 */
export function nodesOf(
  crmMon: CrmMon,
  cib: Cib,
  groups: readonly GroupStatus[],
  fencing: FencingRead,
): readonly NodeStatus[] {
  return crmMon.nodes.map(({ name, word }) => {
    const known = childrenOf(cib.status, 'node_state').find(each => attribute(each, 'uname') === name)
    const asked = isInStandby(cib, name)
    const pending = word === 'standby' && !asked
    const unclean = word === 'OFFLINE' && fencing.enabled && isLost(known)
    return {
      name,
      online: word !== 'OFFLINE',
      standby: word === 'standby' && asked,
      maintenance: false,
      pending,
      unclean,
      shutdown: false,
      dc: name === crmMon.dc,
      groups: groups.filter(group => group.nodes.includes(name)).map(group => group.name),
      state: stateWord(word, pending, unclean),
      fenceable: fencing.covers(name),
    }
  })
}

function stateWord(word: NodeWord, pending: boolean, unclean: boolean): string {
  if (unclean) return 'unclean (offline)'
  if (pending) return 'pending'
  return word === 'OFFLINE' ? 'offline' : word
}

/** Whether somebody asked for it: `crm_standby`, for good or until the node restarts. */
function isInStandby(cib: Cib, name: string): boolean {
  const node = childrenOf(childOf(cib.configuration, 'nodes'), 'node').find(each => attribute(each, 'uname') === name)
  const state = childrenOf(cib.status, 'node_state').find(each => attribute(each, 'uname') === name)
  const transient = pairsIn(childOf(state, 'transient_attributes'), 'instance_attributes').get('standby')
  return isYes(pairsIn(node, 'instance_attributes').get('standby') ?? transient ?? '')
}

/** It left without saying so: it is expected to be a member. One that was stopped or fenced is expected to be down. */
function isLost(state: XmlElement | undefined): boolean {
  return attribute(state, 'expected') === 'member' && attribute(state, 'in_ccm') === 'false'
}
