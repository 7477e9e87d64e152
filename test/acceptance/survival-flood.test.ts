import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it } from 'vitest'
import type { World } from '../../lab/world.ts'
import { runFolder } from '../../src/adapters/archive/folders.ts'
import { NODES, startNodes } from '../faults/lane/nodes.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { buildProgram } from './survival-build.ts'
import { at, changeOf, runWhen, waiting } from './survival-looks.ts'
import { survivalStageFor } from './survival-stage.ts'

/** Twice as much is needed on the disk for a while; `HA_FLOOD_MIB=64` says less where that is too much. */
const MIB = Number(process.env['HA_FLOOD_MIB'] ?? 1024)
const RESIDENT_BYTES = 200 * 1024 * 1024
const TEST_MS = 900_000

describe('a change that prints very much', () => {
  const stage = survivalStageFor({ world: realNodes, program: buildProgram })

  it(
    `(${MIB} MiB) is in the transcript to the last byte, and its worker stays small`,
    async () => {
      const worker = await stage().start('worker')
      const number = await waiting(stage(), `flood much ${MIB}`)
      const before = await worker.highWater()
      const startedAt = performance.now()
      expect(await at(stage(), 'bo', 'approve', String(number))).toMatchObject({ code: 0 })
      const record = await runWhen(stage(), number, ({ state }) => state.phase === 'finished', 'the end', TEST_MS)
      const seconds = (performance.now() - startedAt) / 1000
      const most = await worker.highWater()
      const mib = (bytes: number) => Math.round(bytes / 1024 / 1024)
      console.log(
        `${MIB} MiB in ${seconds.toFixed(0)} s; the worker had at most ${mib(most)} MiB, ${mib(before)} before`,
      )

      expect(record.state.finished?.outcome).toBe('succeeded')
      const bytes = MIB * 1024 * 1024
      const sha256 = expectedHash(bytes)
      const change = changeOf(record, 'flood')
      expect(change).toMatchObject({ exitCode: 0, complete: true, stdout: { bytes, sha256 } })
      const { run } = record.state
      const file = join(runFolder(stage().core.config.archive, run, number), change?.stdout?.file ?? '')
      expect(await hashOf(file)).toBe(sha256)
      expect(await readFile(join(stage().world.home, 'executions'), 'utf8')).toBe('much flood\n')
      expect(most).toBeLessThan(RESIDENT_BYTES)
    },
    TEST_MS,
  )
})

interface RealNodes extends World {
  readonly home: string
}

/** A real sshd that stands for the three nodes of a cluster whose answers were recorded. */
async function realNodes(folder: string): Promise<RealNodes> {
  await mkdir(folder, { recursive: true })
  const { sshd } = await startNodes(folder)
  // Two nodes are two addresses, or the configuration is refused; what is measured goes the straight way.
  const proxies = [await startTcpProxy(sshd), await startTcpProxy(sshd)]
  const ports = [sshd.port, ...proxies.map(({ port }) => port)]
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, ports.map(port => sshd.knownHostsLines(`[127.0.0.1]:${port}`)).join(''))
  return {
    name: 'calm',
    summary: 'three nodes, all well, behind one sshd',
    cluster: { name: 'pvfs', stack: 'pacemaker', groups: {} },
    nodes: NODES.map((name, i) => ({ name, address: sshd.address, port: ports[i] ?? 0 })),
    login: { user: sshd.user, identityFile: sshd.identityFile },
    ledger: '.ha-bot',
    knownHostsFile,
    home: sshd.folder,
    inspect: () => Promise.reject(new Error('it is looked at from outside')),
    close: async () => {
      await Promise.all(proxies.map(proxy => proxy.close()))
      await sshd.close()
    },
  }
}

function expectedHash(bytes: number): string {
  const line = Buffer.from('the quick brown fox jumps over the lazy dog, much\n')
  const many = Buffer.concat(Array.from({ length: 20_000 }, () => line))
  const hash = createHash('sha256')
  for (let left = bytes; left > 0; left -= many.length) hash.update(left < many.length ? many.subarray(0, left) : many)
  return hash.digest('hex')
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
