import { expect } from 'vitest'
import type { World } from '../../../lab/world.ts'
import type { ClusterStatus } from '../../../src/clusters/status.ts'
import { type Tale, watchCluster } from '../../support/group-tale.ts'
import type { Ended, StackStage } from '../../support/stack-stage.ts'

/** A group, where it is at first, and a node (that one unless given): by these names a model and the real thing differ. */
export interface Watched {
  readonly group: string
  readonly home: string
  readonly node?: string
}

/** What a run looked like from outside, without the names. */
export interface TaleOfRun {
  readonly outcome: string
  /** Step by step, in order: `move succeeded`. Of a rolling, the turn of the home behind that of the others, which is told once. */
  readonly steps: readonly string[]
  /** What the cluster said of the group meanwhile: `started at home`, `stopping`, `starting`, `started away`. */
  readonly group: readonly string[]
  /** What it said of the node: `online`, `standby`, `offline`, … */
  readonly node: readonly string[]
  readonly transcript: string
}

/** All that may be seen, in order; what may be over between two looks stands in brackets: `online > offline > [pending] > online`. */
export interface Expected {
  readonly group?: string
  readonly node?: string
}

/**
 * `stopped` and `partial` last as long as a controller needs to think, which may be less than one look takes: who sees them and who does
 * not is luck.
 */
const MOMENTARY = new Set(['stopped', 'partial'])
const EVERY_MS = 400

/** A start takes seconds and is always seen; a stop may be over between two looks. */
export const MOVES = 'started at home > [stopping] > starting > started away'

/** The model and the daemons did the same: every step with its outcome, and what was watched went through the same states. */
export function expectSameTale(model: TaleOfRun, real: TaleOfRun, { group = MOVES, node }: Expected = {}): void {
  const texts = `${real.transcript}\n${model.transcript}`
  expect(real.outcome, texts).toBe('succeeded')
  expect(real.steps, texts).toEqual(model.steps)
  expect(model.outcome, texts).toBe(real.outcome)
  for (const [who, tale] of Object.entries({ model, real })) {
    expect(told(tale.group, group), `${who}: the group is ${tale.group.join(' > ')}\n${texts}`).toBe(true)
    if (node === undefined) continue
    expect(told(tale.node, node), `${who}: the node is ${tale.node.join(' > ')}\n${texts}`).toBe(true)
  }
}

/** Whether the statuses are those expected, in this order, with or without what stands in brackets. */
export function told(statuses: readonly string[], expected: string): boolean {
  const one = (text: string) => `(?:${text.replaceAll(/[()]/g, '\\$&')}\\n)`
  const parts = expected.split(' > ').map(part => {
    const momentary = /^\[(.*)\]$/.exec(part)?.[1]
    return momentary === undefined ? one(part) : `${one(momentary)}?`
  })
  return new RegExp(`^${parts.join('')}$`).test(statuses.map(status => `${status}\n`).join(''))
}

/** Carries a command out and watches meanwhile. */
export async function taleOf<W extends World>(
  stage: StackStage<W>,
  text: string,
  watched: Watched,
): Promise<TaleOfRun> {
  const { world, core } = stage
  const tale: Tale = watchCluster({
    core,
    cluster: world.cluster.name,
    everyMs: EVERY_MS,
    say: status => [groupWords(status, watched), nodeWords(status, watched)].join(BETWEEN),
  })
  try {
    const { outcome, state, transcript } = await stage.carryOut(text)
    const looks = (await tale.stop()).map(line => line.split(BETWEEN))
    const [group, node] = [changes(looks.map(([words]) => words)), changes(looks.map(([, words]) => words))]
    return { outcome, steps: stepsOf(state, watched), group, node, transcript }
  } finally {
    await tale.stop()
  }
}

const BETWEEN = ' | '

/** Each once until another follows, and nothing where nothing was said. */
function changes(words: readonly (string | undefined)[]): readonly string[] {
  const said = words.flatMap(word => word || [])
  return said.filter((word, at) => word !== said[at - 1])
}

function groupWords({ groups }: ClusterStatus, { group, home }: Watched): string {
  const seen = groups[group]
  if (!seen || MOMENTARY.has(seen.state)) return ''
  if (seen.state !== 'started') return seen.state
  return `started ${seen.node === home ? 'at home' : 'away'}`
}

function nodeWords({ nodes }: ClusterStatus, { home, node = home }: Watched): string {
  return nodes[node]?.state ?? ''
}

/** `restart.node2.stop` is `restart.home.stop` or `restart.other.stop`: which node is when is up to the controller's whereabouts. */
function stepsOf(state: Ended['state'], { home }: Watched): readonly string[] {
  const lines = Object.entries(state.steps).map(([id, { outcome }]) => {
    const [rolling, turn, ...step] = id.split('.')
    const whose = turn === home ? 'home' : 'other'
    return { id: step.length === 0 ? id : [rolling, whose, ...step].join('.'), last: whose === 'home', outcome }
  })
  const ordered = [...lines.filter(({ last }) => !last), ...lines.filter(({ last }) => last)]
  return [...new Set(ordered.map(({ id, outcome }) => `${id} ${outcome}`))]
}
