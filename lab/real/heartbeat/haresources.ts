import { groupAddresses, type LabNames } from '../names.ts'

export const NODES = ['n1', 'n2'] as const

/** The group is called as its first resource is: by the container that EVMS moves. */
export const GROUPS = { dg1: { prefers: 'n1' } } as const

/** One line, one group: the container, then the address, started in this order and stopped in the other (ha-stacks.md §5). */
export function haresources(names: LabNames): string {
  const { dg1 } = groupAddresses(names, ['dg1'])
  return `${GROUPS.dg1.prefers} evms_failover::dg1 IPaddr2::${dg1}/24/eth0\n`
}
