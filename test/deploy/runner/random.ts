/** Numbers from 0 to 1 that follow from a seed, so that a failure can be had again (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Does `work` for 0 to count - 1, some at a time. What is under way when one fails comes to its end first: it still needs its node. */
export async function several(count: number, atATime: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  const ends = await Promise.allSettled(Array.from({ length: atATime }, lane))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
