import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sweepRealWorlds } from '../../../lab/real/tear-down.ts'
import { until } from '../../../lab/real/until.ts'
import { describeReal } from './describe-real.ts'
import { processesOf, tracesOf } from './traces.ts'

const LIMIT_MS = 60_000
const START_LAB = fileURLToPath(new URL('start-lab.ts', import.meta.url))

describeReal('a lab whose process ends', { timeout: LIMIT_MS }, () => {
  let folder: string
  let owner: ChildProcess

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ha-bot-real-'))
  })

  afterEach(async () => {
    owner.kill('SIGKILL')
    await sweepRealWorlds()
    await rm(folder, { recursive: true, force: true })
  })

  /** Starts a lab in another process and resolves, with its prefix, while the nodes are looking for each other. */
  async function startElsewhere(): Promise<string> {
    owner = spawn(process.execPath, ['--import', 'tsx', START_LAB, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    if (!owner.stdout) throw new Error('The other process has no output to read.')
    let prefix = ''
    for await (const line of createInterface({ input: owner.stdout })) {
      prefix ||= line.split(':')[0] ?? ''
      if (line.startsWith('Waiting for quorum')) return prefix
    }
    throw new Error('The other process ended before its lab was up.')
  }

  it('is taken down on the way out when the process is told to end', async () => {
    const prefix = await startElsewhere()
    const processes = await processesOf(prefix)

    owner.kill('SIGTERM')
    const [, signal] = await once(owner, 'exit')

    expect(signal).toBe('SIGTERM')
    expect(await tracesOf(prefix, processes)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('loses its nodes at once when the process is killed, and the next sweep removes the rest', async () => {
    const prefix = await startElsewhere()
    const processes = await processesOf(prefix)
    expect(await sweepRealWorlds(), 'a living lab is left alone').not.toContain(prefix)

    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await until({ what: 'the nodes to end', limitMs: LIMIT_MS }, async () => {
      const left = await processesOf(prefix)
      return left.length === 0 ? undefined : left.join(' ')
    })
    expect(await readdir(folder)).toEqual([prefix])
    const swept = await sweepRealWorlds()

    expect(swept).toContain(prefix)
    expect(await tracesOf(prefix, processes)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })
})
