/** Every key ha-bot uses in Redis, in one place. BullMQ has its own prefix (workers/queue.ts). */
export const keys = {
  events: (run: string) => `ha:run:${run}:events`,
  feed: 'ha:feed',
  active: 'ha:active',
  counter: 'ha:number',
  numbers: 'ha:numbers',
  dedupe: (key: string) => `ha:dedupe:${key}`,
  lease: (cluster: string) => `ha:lease:${cluster}`,
  epoch: (cluster: string) => `ha:epoch:${cluster}`,
  bumped: (cluster: string) => `ha:bumped:${cluster}`,
  quarantine: 'ha:quarantine',
  outbox: (key: string) => `ha:outbox:${key}`,
} as const
