/** How long things take in the model's time, in ms: totem token 10 s (ha-stacks.md §9.17), the rest what such machines take. */
export const DURATIONS = {
  stopMs: 1_500,
  betweenMs: 300,
  startMs: 2_500,
  detectMs: 10_000,
  fenceMs: 5_000,
  fenceRetryMs: 5_000,
  bootMs: 60_000,
  cmanMs: 4_000,
  clvmdMs: 1_000,
  rgmanagerMs: 1_000,
} as const
