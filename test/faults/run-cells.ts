import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cell, type CellResult, nameOf, runCell } from './cell.ts'
import { executionsOf } from './gather.ts'
import { bundleProcess, type Program } from './lane/bundle.ts'
import { type Lane, openLane } from './lane/lane.ts'

export interface RunOptions {
  /** How many stand beside each other; each has processes of its own. */
  readonly lanes: number
  readonly onResult?: (result: CellResult) => void
  /** No further cell begins behind this, in ms since now. */
  readonly limitMs?: number
  /** Made before; otherwise it is made from the sources of now. */
  readonly program?: Program
  /** No further cell begins once it fires. */
  readonly signal?: AbortSignal
}

/** Cells that one lane takes before it is replaced: what piles up in it makes it slower. */
const CELLS_PER_LANE = 25

/** Carries cells out, several beside each other. What went wrong in one does not follow into the next: its lane is replaced. */
export async function runCells(cells: readonly Cell[], options: RunOptions): Promise<CellResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-faults-program-'))
  try {
    const program = options.program ?? (await bundleProcess(folder))
    const rest = [...cells]
    const results: CellResult[] = []
    const end = performance.now() + (options.limitMs ?? Number.POSITIVE_INFINITY)
    const tell = (result: CellResult) => {
      // Whoever ended us by a signal ended sshd with us: what was under way is no result.
      if (options.signal?.aborted) return
      results.push(result)
      options.onResult?.(result)
    }
    const next = () => (performance.now() < end && !options.signal?.aborted ? rest.shift() : undefined)
    const lanes = Array.from({ length: Math.min(options.lanes, cells.length) }, () => work(program, next, tell))
    // One that fails must not leave the others' processes behind.
    const failed = (await Promise.allSettled(lanes)).find(end => end.status === 'rejected')
    if (failed && !options.signal?.aborted) throw failed.reason
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One place where cells are carried out, one after the other. */
async function work(program: Program, next: () => Cell | undefined, tell: (result: CellResult) => void): Promise<void> {
  for (let cell = next(); cell; ) {
    const lane = await openLane(program, CELLS_PER_LANE)
    const done: CellResult[] = []
    try {
      for (let cluster = lane.nextCluster(); cell && cluster; cluster = lane.nextCluster()) {
        const result: CellResult = await runCell(lane, cluster, cell).catch((error: unknown) => broken(cell, error))
        done.push(result)
        tell(result)
        cell = next()
        if (isBad(result)) break
      }
      for (const late of lateExecutions(lane, done)) tell(late)
    } finally {
      await lane.close()
    }
  }
}

/** The harness itself failed: that is no result, and must not look like one. */
function broken(cell: Cell | undefined, error: unknown): CellResult {
  if (!cell) throw error
  const what = `the harness failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  return {
    ...{ cell, reached: false, outcomes: [], seconds: 0, cluster: '', executed: new Map(), story: what },
    violations: [{ invariant: 'I11', what }],
  }
}

export function isBad({ reached, violations }: CellResult): boolean {
  return !reached || violations.length > 0
}

/** "Not run" and "once" are promises for ever: looked at again when the lane ends, long after the cell. */
function lateExecutions(lane: Lane, done: readonly CellResult[]): CellResult[] {
  const counts = new Map<string, number>()
  for (const { tag, step } of executionsOf(lane)) counts.set(`${tag} ${step}`, (counts.get(`${tag} ${step}`) ?? 0) + 1)
  return done.flatMap(result => {
    const late = [...result.executed].filter(([what, times]) => (counts.get(what) ?? 0) !== times)
    const fresh = [...counts.keys()].filter(what => what.startsWith(result.cluster) && !result.executed.has(what))
    if (late.length + fresh.length === 0) return []
    const what = `after ${nameOf(result.cell)} was over, ${[...late.map(([name]) => name), ...fresh].join(', ')} was executed`
    return [{ ...result, violations: [{ invariant: 'I3' as const, what }], story: what }]
  })
}
