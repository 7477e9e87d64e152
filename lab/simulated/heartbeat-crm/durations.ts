/** How long things take, in ms of the model's time (ha-stacks.md §9.17, time budget; the PVFS agent sleeps 8 s when it starts). */
export const TAKES = {
  deadtime: 10_000,
  /** Of a node that left in order, and of one that the others lost. */
  electionAfterLeaving: 2_000,
  election: 10_000,
  policy: 400,
  stop: 1_000,
  start: { IPaddr: 1_000, Filesystem: 2_000, PVFS2: 8_000, Xen: 6_000 } as Readonly<Record<string, number>>,
  startOther: 1_500,
  /** `default-action-timeout`. */
  actionTimeout: 20_000,
  fencing: 5_000,
  fencingRetry: 10_000,
  boot: 600_000,
  joining: 4_000,
  joined: 4_000,
  crmadminTimeout: 30_000,
} as const

export function startTakes(type: string): number {
  return TAKES.start[type] ?? TAKES.startOther
}
