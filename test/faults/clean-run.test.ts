import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCell } from './cell.ts'
import type { Fault } from './faults/fault.ts'
import { bundleProcess } from './lane/bundle.ts'
import { openLane } from './lane/lane.ts'
import { INSIDE } from './points.ts'

const NOTHING: Fault = {
  name: 'nothing',
  what: 'nothing goes wrong',
  deed: 'note',
  fits: () => true,
  strike: async () => undefined,
  heal: async () => undefined,
}

test('without a fault a run passes every point of the processes, succeeds, and contradicts nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ha-faults-program-'))
  const lane = await openLane(await bundleProcess(folder), 1)
  try {
    const cluster = lane.nextCluster()
    if (!cluster) throw new Error('a lane without a cluster')
    const result = await runCell(lane, cluster, { point: 'W3.before', fault: NOTHING })
    const seen = await Promise.all([lane.bot, ...lane.workers].map(part => part.seen()))
    const passed = new Set(seen.flatMap(({ points }) => points))
    if (result.violations.length > 0) console.error(result.story)
    expect({ violations: result.violations, outcomes: result.outcomes }).toEqual({
      violations: [],
      outcomes: ['succeeded'],
    })
    expect([...INSIDE].filter(point => !passed.has(point))).toEqual([])
  } finally {
    await lane.close()
    await rm(folder, { recursive: true, force: true })
  }
}, 180_000)
