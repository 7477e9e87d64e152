import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Lane, LaneCluster } from './lane/lane.ts'
import { CHANGES } from './lane/runbook.ts'
import type { Point } from './points.ts'

/** Where a process is caught, so that what follows it outside can be watched for. */
export function precursorOf(point: Point): Point {
  if (point.startsWith('W4')) return 'W3.after'
  return 'W6.before'
}

const COMES_MS = 20_000
/** The greeting and the keys of sshd are longer than this: the handshake is under way. */
const HANDSHAKE_BYTES = 1_000

/** What must be kept from going on at a point, by the names that the nodes know. */
const HOLDS: Partial<Record<Point, string>> = { 'W7.after': 'sync', 'W8.before': 'launch' }

/** Readies a point outside the processes, while the process is held at its precursor; the answer resolves when it is reached. */
export function watchFor(point: Point, lane: Lane, cluster: LaneCluster): Promise<void> {
  const hold = HOLDS[point]
  if (hold) keep(lane, hold)
  switch (point) {
    case 'W4.before':
    case 'W4.after':
      for (const link of cluster.links) link.reset()
      return any(cluster, point === 'W4.before' ? 'accepted' : 'down', point === 'W4.before' ? 1 : HANDSHAKE_BYTES)
    case 'W6.after':
      return any(cluster, 'up', 1)
    case 'W7.before':
      return until(() => operations(lane, cluster).length > 0)
    case 'W7.after':
      return until(() => operations(lane, cluster).some(folder => has(folder, 'claim')))
    case 'W8.before':
      return until(() => operations(lane, cluster).some(folder => has(folder, 'claim')))
    case 'W8.after':
      return until(() => readFileSync(lane.nodes.executions, 'utf8').includes(cluster.name))
    case 'W10.before':
      return endWithoutResult(lane, cluster)
    default:
      return until(() => operations(lane, cluster).some(folder => has(folder, 'result')))
  }
}

/** Steps that wait in their middle, so that the point is passed while they run. */
export function holdSteps(point: Point, lane: Lane, tags: readonly string[]): void {
  if (point !== 'W8.after' && point !== 'W10.before' && !point.startsWith('W9')) return
  for (const tag of tags) keep(lane, `${tag}.${CHANGES[0]}`)
}

function keep(lane: Lane, name: string): void {
  writeFileSync(join(lane.nodes.holds, name), '')
}

/** The script has come to its end, and its exit is not recorded yet: the digest of its output takes its time. */
async function endWithoutResult(lane: Lane, cluster: LaneCluster): Promise<void> {
  await until(() => operations(lane, cluster).some(folder => has(folder, 'started')))
  releaseAll(lane)
  keep(lane, 'digest')
  await until(() => operations(lane, cluster).some(folder => wrote(folder, 'part 2')))
}

/** Nothing is kept back any more. */
export function releaseAll(lane: Lane): void {
  for (const name of readdirSync(lane.nodes.holds)) rmSync(join(lane.nodes.holds, name), { force: true })
}

async function any(cluster: LaneCluster, what: 'accepted' | 'up' | 'down', bytes: number): Promise<void> {
  await Promise.race([...cluster.links.map(link => link.next(what, bytes)), late()])
}

async function late(): Promise<never> {
  await delay(COMES_MS, undefined, { ref: false })
  throw new Error('it did not come')
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + COMES_MS
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come')
    await delay(4)
  }
}

export function operations(lane: Lane, cluster: LaneCluster): string[] {
  const folder = join(lane.nodes.ledger(cluster.name), 'ops')
  try {
    return readdirSync(folder).map(name => join(folder, name))
  } catch {
    return []
  }
}

function has(folder: string, file: string): boolean {
  try {
    return readdirSync(folder).includes(file)
  } catch {
    return false
  }
}

/** Whether the script has printed this. */
function wrote(folder: string, words: string): boolean {
  try {
    return readFileSync(join(folder, 'out'), 'utf8').includes(words)
  } catch {
    return false
  }
}
