import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { type RealWorld, type RealWorldOptions, startRealWorld } from '../../../lab/real/real-world.ts'
import type { World } from '../../../lab/world.ts'
import { Lifecycle } from '../../../src/lifecycle.ts'
import { type StackStage, stackStage } from '../../support/stack-stage.ts'
import { prefixOf, processesOf, tracesOf } from './traces.ts'

const COMES_UP_MS = 150_000
const ENDS_MS = 60_000

/** As `stackStage`, on real daemons: one lab for all tests of the block it is called in, ended whatever happens. */
export function realStage(options: Omit<RealWorldOptions, 'folder' | 'log'>): () => StackStage<RealWorld> {
  const lifecycle = new Lifecycle()
  let world: RealWorld | undefined
  // Before and after the stage: daemons take longer to come up than what the stage gives itself.
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ha-bot-real-'))
    lifecycle.add('the folder', () => rm(folder, { recursive: true, force: true }))
    const made = await startRealWorld({ ...options, folder })
    lifecycle.add('the lab', () => made.close())
    world = made
  }, COMES_UP_MS)
  afterAll(async () => await lifecycle.close(), ENDS_MS)
  return stackStage(async () => {
    if (!world) throw new Error('the lab did not come up')
    return world
  })
}

/** Ends a lab that runs, and looks for what it left. */
export async function expectNothingLeft(world: RealWorld): Promise<void> {
  const prefix = prefixOf(world)
  const processes = await processesOf(prefix)
  expect(processes.length).toBeGreaterThan(10)
  await world.close()
  expect(await tracesOf(prefix, processes)).toEqual([])
}

/** The node on which Pacemaker says that a group runs, on a model too; "" for none. */
export async function whereRuns({ nodes, inspect }: World, group: string): Promise<string> {
  const { stdout } = await inspect(nodes[0]?.name ?? '', `crm_resource --locate --resource ${group}`)
  return /is running on: (\S+)/.exec(stdout)?.[1] ?? ''
}

/** The nodes that have a group's address: what its clients find. */
export async function holdersOf({ nodes, addresses, inspect }: RealWorld, group: string): Promise<string[]> {
  const held = await Promise.all(
    nodes.map(async ({ name }) => {
      const { stdout } = await inspect(name, 'ip -4 -o addr show')
      return stdout.includes(`inet ${addresses[group]}/`) ? [name] : []
    }),
  )
  return held.flat()
}
