/** Milliseconds by the name of the row they belong to; one go may tell several. */
export type Times = Readonly<Record<string, number>>

/** One way of doing something. Rejects when it was not done right: a wrong answer has no time. */
export type Contender = () => Promise<Times>

export interface Rounds {
  readonly rounds: number
  /** Rounds before them that are not counted: connections open, code gets warm. */
  readonly warmUps: number
}

/**
 * Lets every contender have one go in each round, each round beginning with another one, so that whatever else happens on the machine
 * hits all alike. Never two at a time.
 */
export async function roundRobin(
  contenders: readonly Contender[],
  { rounds, warmUps }: Rounds,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>()
  for (let round = -warmUps; round < rounds; round++) {
    const first = Math.abs(round) % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      signal.throwIfAborted()
      const times = Object.entries(await contender())
      if (round < 0) continue
      for (const [name, ms] of times) samples.set(name, [...(samples.get(name) ?? []), ms])
    }
  }
  return samples
}

/** A contender that is one action, timed until it is done. */
export function timed(name: string, act: () => Promise<void>): Contender {
  return async () => {
    const startedAt = performance.now()
    await act()
    return { [name]: performance.now() - startedAt }
  }
}
