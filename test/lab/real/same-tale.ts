import { expect } from 'vitest'
import type { World } from '../../../lab/world.ts'
import { type Tale, watchCluster } from '../../support/group-tale.ts'
import type { StackStage } from '../../support/stack-stage.ts'

/** What a run looked like from outside, without the names by which a model and the real thing differ. */
export interface TaleOfRun {
  readonly outcome: string
  /** Step by step, in order: `move succeeded`. */
  readonly steps: readonly string[]
  /** What the cluster said of the group meanwhile: `started at home`, `stopping`, `starting`, `started away`. */
  readonly statuses: readonly string[]
}

/**
 * `stopped` and `partial` last as long as a controller needs to think, which may be less than one look takes: who sees them and who does
 * not is luck.
 */
const MOMENTARY = new Set(['stopped', 'partial'])
const EVERY_MS = 400

/** All that a group that moves can be seen to do, in this order. */
const MOVES: readonly string[] = ['started at home', 'stopping', 'starting', 'started away']

/**
 * What stands out of the order of a move: nothing, however little a look that comes now and then has seen of it. A start takes seconds and
 * is always seen; a stop may be over between two looks.
 */
function outOfOrder(statuses: readonly string[]): readonly string[] {
  const places = statuses.map(status => MOVES.indexOf(status))
  const wrong = statuses.filter((_, at) => (places[at] ?? -1) <= (places[at - 1] ?? -1))
  const missing = MOVES.filter(move => move !== 'stopping' && !statuses.includes(move)).map(move => `no "${move}"`)
  return [...wrong, ...missing]
}

type Told = TaleOfRun & { readonly transcript: string }

/** The model and the daemons did the same: every step with its outcome, and a group that moved in the same order. */
export function expectSameTale(model: Told, real: Told): void {
  const texts = `${real.transcript}\n${model.transcript}`
  expect(real.outcome, texts).toBe('succeeded')
  expect(real.steps, texts).toEqual(model.steps)
  expect(model.outcome, texts).toBe(real.outcome)
  for (const { statuses } of [model, real]) expect(outOfOrder(statuses), `${statuses}\n${texts}`).toEqual([])
}

/** Carries a command out and watches a group meanwhile. `home`: where it is at first. */
export async function taleOf<W extends World>(
  stage: StackStage<W>,
  text: string,
  { group, home }: { readonly group: string; readonly home: string },
): Promise<Told> {
  const { world, core } = stage
  const tale: Tale = watchCluster({
    core,
    cluster: world.cluster.name,
    everyMs: EVERY_MS,
    say({ groups }) {
      const seen = groups[group]
      if (!seen || MOMENTARY.has(seen.state)) return ''
      if (seen.state !== 'started') return seen.state
      return `started ${seen.node === home ? 'at home' : 'away'}`
    },
  })
  try {
    const { outcome, state, transcript } = await stage.carryOut(text)
    const steps = Object.entries(state.steps).map(([id, step]) => `${id} ${step.outcome}`)
    return { outcome, steps, statuses: await tale.stop(), transcript }
  } finally {
    await tale.stop()
  }
}
