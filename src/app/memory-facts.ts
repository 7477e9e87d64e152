import { createQuarantine } from '../adapters/redis/quarantine.ts'
import type { Core } from '../app.ts'
import type { MemoryFacts } from '../commands/doctor/memory-findings.ts'
import { brokenAt } from '../runs/chain.ts'
import type { Unfit } from '../workers/job.ts'
import { type Stand, standsOf } from '../workers/recovery.ts'

/** How Redis stands to the archive, for `ha doctor`. Changes nothing. */
export async function memoryFacts(core: Core): Promise<MemoryFacts> {
  const { journal, archive, leases, config, redis } = core
  const clusters = Object.keys(config.inventory)
  const { stands } = await standsOf({ journal, archive, leases, clusters })
  const lacking = stands.filter(({ standing }) => standing !== 'has')
  const doubtful = await Promise.all(
    lacking.map(async stand => ((await isDoubtful(core, stand)) ? [stand.end.number] : [])),
  )
  const { expired = 0, ...others } = await createQuarantine<Unfit>(redis.redis).count()
  return {
    lacking: lacking.map(({ end }) => end.number),
    differing: doubtful.flat(),
    untrusted: Object.values(others).reduce((sum, count) => sum + count, 0),
    expired,
  }
}

async function isDoubtful({ archive }: Core, { standing, end }: Stand): Promise<boolean> {
  return standing === 'differs' || brokenAt(await archive.read(end.run, end.number)) !== undefined
}
