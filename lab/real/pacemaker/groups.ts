/** The groups of the lab and where each prefers to run; node3 is the spare, so that a failover has somewhere to go. */
export const GROUPS = {
  server0: { prefers: 'node1' },
  server1: { prefers: 'node2' },
  server2: { prefers: 'node1' },
} as const

export type GroupName = keyof typeof GROUPS
export const GROUP_NAMES: readonly GroupName[] = ['server0', 'server1', 'server2']
