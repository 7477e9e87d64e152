import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunState } from '../../src/runs/state.ts'
import { eventually } from '../support/redis.ts'
import { fastWorld, stageFor } from '../support/stage.ts'
import { changes, lines, runsOn } from './cluster-log.ts'
import { ha } from './terminal.ts'

const LIMIT_MS = 60_000

describe('when Redis was emptied', () => {
  const stage = stageFor({ world: fastWorld })
  const env = () => ({ HA_CONFIG: stage().configFile, HOME: stage().folder })
  const keyOf = (person: string) => join(stage().folder, 'keys', person)

  async function until(number: number, isSo: (state: RunState) => boolean): Promise<RunState> {
    const { journal } = stage().core
    return await eventually(async () => {
      const run = await journal.find(number)
      const state = run && (await journal.load(run))?.state
      return state && isSo(state) ? state : undefined
    }, LIMIT_MS)
  }

  it('a run that waits for its approval is back within moments, and can be approved as if nothing had been', async () => {
    const asked = await ha(['do', 'failover server2', '--key', keyOf('ana'), '--detach'], env())
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('#1') })
    const before = await until(1, ({ phase }) => phase === 'waiting')
    await stage().core.redis.redis.flushall()

    const back = await until(1, ({ restored }) => restored)
    expect(back).toMatchObject({ run: before.run, digest: before.digest, phase: 'waiting' })
    expect(back.gates).toEqual(before.gates)
    const approved = await ha(['approve', '1', '--key', keyOf('bo')], env())
    expect(approved).toMatchObject({ code: 0 })
    const { finished } = await until(1, ({ phase }) => phase === 'finished')
    expect(finished).toMatchObject({ outcome: 'succeeded' })
    expect(lines(changes(stage().world))).toEqual([
      'node1: crm_resource --move --resource server2 --node node5',
      'node1: crm_resource --clear --resource server2',
    ])
    expect(await runsOn(stage().world, 'server2')).toBe('node5')
  })

  it('the next run has the next number, and an epoch that the nodes still listen to', async () => {
    await stage().core.redis.redis.flushall()
    const asked = await ha(['do', 'failover server3', '--key', keyOf('ana'), '--detach'], env())
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('#2') })
    await until(2, ({ phase }) => phase === 'waiting')
    expect(await ha(['approve', '2', '--key', keyOf('bo')], env())).toMatchObject({ code: 0 })
    const { finished, lease } = await until(2, ({ phase }) => phase === 'finished')
    expect(finished).toMatchObject({ outcome: 'succeeded' })
    expect(lease?.epoch).toBe(2)
  })

  it('`ha recover` tells what the nodes have on record, and who else knows of it', async () => {
    await stage().core.redis.redis.flushall()
    const { code, stdout, stderr } = await ha(['recover', 'pvfs'], env())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // Runs that ended a moment ago come back as well: their transcripts may still be on their way.
    expect(stdout).toMatch(/node1\s+#1\s+move\s+done\s+0\s+.*1\n/)
    expect(stdout).toContain('pvfs is held by no run.')
    expect(stdout).toContain('The highest epoch seen is 2. The next run gets 3')
    const json = await ha(['recover', 'pvfs', '--json'], env())
    expect(JSON.parse(json.stdout)).toMatchObject({ cluster: 'pvfs', silent: [], seen: 2, counter: 2 })
    expect(await ha(['recover', 'nowhere'], env())).toMatchObject({ code: 2 })
    const doctor = await ha(['doctor'], env())
    expect(doctor.stdout).toContain('It has every run that the archive has and that is not over.')
  })
})
