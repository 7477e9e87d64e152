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

/** Carries a command out and watches a group meanwhile. `home`: where it is at first. */
export async function taleOf<W extends World>(
  stage: StackStage<W>,
  text: string,
  { group, home }: { readonly group: string; readonly home: string },
): Promise<TaleOfRun & { readonly transcript: string }> {
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
