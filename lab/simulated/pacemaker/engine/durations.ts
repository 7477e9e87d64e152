import type { Action } from '../schedule/action.ts'

/** How long things take in the model's time, in ms, after ha-stacks.md §9.17 (the PVFS agent's start sleeps 8 s). */
export const DURATIONS = {
  policyMs: 150,
  settleMs: 50,
  probeMs: 80,
  monitorMs: 200,
  fenceMs: 5_000,
  fenceRetryMs: 5_000,
  detectMs: 3_000,
  bootMs: 30_000,
  joinMs: 2_000,
  leaveMs: 1_500,
  replyMs: 300,
  /** Of an operation that says nothing else: the limit after which it is given up. */
  operationLimitMs: 20_000,
} as const

const OPERATIONS: Readonly<Record<string, { readonly start: number; readonly stop: number }>> = {
  IPaddr2: { start: 400, stop: 200 },
  Filesystem: { start: 900, stop: 700 },
  'pvfs2-server': { start: 8_000, stop: 1_500 },
  fence_ipmilan: { start: 600, stop: 50 },
}

/** @param agent as in `ocf:heartbeat:IPaddr2`. */
export function durationOf(kind: Action['kind'], agent: string): number {
  const times = OPERATIONS[agent.split(':').at(-1) ?? ''] ?? { start: 500, stop: 300 }
  if (kind === 'start' || kind === 'stop') return times[kind]
  return kind === 'probe' ? DURATIONS.probeMs : DURATIONS.monitorMs
}
