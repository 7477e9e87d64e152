import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { roundRobin } from '../measure/rounds.ts'
import { summarise } from '../measure/samples.ts'
import { type Conditions, filled, type Row, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { startNodes } from '../ssh/nodes.ts'
import type { Errand } from './errand.ts'
import { readBy } from './read-by.ts'
import { sha256Of } from './text.ts'

const NAMES = { ours: 'a change of ha-bot', bare: 'bare ssh2, hashed and dropped' } as const
const MB = 1_000_000

const named = (what: string, as: Errand['as']) => `${what}: ${NAMES[as]}`
const TIME = 'read'
const PEAK = 'peak of resident memory, MB'
const ADDED = 'of it beyond what was there before, MB'

const ROWS: readonly Omit<Row, 'samples'>[] = [
  { name: named(TIME, 'ours'), against: named(TIME, 'bare') },
  { name: named(TIME, 'bare') },
  { name: named(PEAK, 'ours'), against: named(PEAK, 'bare'), unit: 'MB', bar: { of: 'p99', atMost: 200 } },
  { name: named(PEAK, 'bare'), unit: 'MB' },
  { name: named(ADDED, 'ours'), unit: 'MB' },
  { name: named(ADDED, 'bare'), unit: 'MB' },
]

/** A gigabyte printed by one change, through the runner, the client, the redactor and the archive. */
export async function measureGigabyte({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const bytes = quick ? 100 * MB : 1000 * MB
    const sha256 = await sha256Of(bytes)
    const nodes = await startNodes(1, {}, lifecycle)
    const read = async (as: Errand['as']) => {
      const place = await mkdtemp(join(folder, 'read-'))
      const ledger = join(place, 'ledger')
      const errand = { as, bytes, folder: place, nodes: { nodes: nodes.nodes, ssh: { ...nodes.ssh, ledger } } }
      const report = await readBy(errand, signal).finally(() => rm(place, { recursive: true, force: true }))
      if (report.bytes !== bytes || report.sha256 !== sha256) throw new Error(`${NAMES[as]} did not get all of it`)
      const { ms, peakMb, beforeMb } = report
      return { [named(TIME, as)]: ms, [named(PEAK, as)]: peakMb, [named(ADDED, as)]: peakMb - beforeMb }
    }
    const samples = await roundRobin(
      [() => read('ours'), () => read('bare')],
      { rounds: quick ? 1 : 3, warmUps: 0 },
      signal,
    )
    const notes = [...NOTES, `${bytes / MB} MB of text each time: ${rates(samples, bytes)}.`]
    return { title: 'A gigabyte of output', rows: filled(ROWS, samples), notes }
  })
}

function rates(samples: ReadonlyMap<string, readonly number[]>, bytes: number): string {
  const rate = (as: Errand['as']) => {
    const { median } = summarise(samples.get(named(TIME, as)) ?? [])
    return `${NAMES[as]} ${(bytes / MB / (median / 1000)).toFixed(0)} MB/s`
  }
  return `${rate('ours')}, ${rate('bare')}`
}

const NOTES = [
  'Complete means: length and SHA-256 of what is in the archive are those of the same text made here; another one ends the measurement. Each reading is a process of its own; its memory is what the kernel says it had at most, Node and the TypeScript loader included.',
  'For a change the node writes the output into a file, hashes that and sends it from there; it is hashed again on arrival, masked, hashed as masked, and written and fsynced into the archive. Node and archive share this computer’s disk and cores. The peer reads the same text as it is made, hashes and drops it.',
]
