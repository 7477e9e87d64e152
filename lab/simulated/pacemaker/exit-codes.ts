/** Exit codes of Pacemaker 2.1.5's tools (ha-stacks.md §8). */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 64,
  noInput: 66,
  protocol: 76,
  config: 78,
  disconnected: 102,
  noSuch: 105,
  exists: 108,
  multiple: 109,
  unsatisfied: 113,
  timeout: 124,
} as const
