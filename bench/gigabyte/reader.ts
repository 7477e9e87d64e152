/** A process that reads the output of one command and tells how long that took and how much memory; ERRAND says how. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { carryOut, openChanges } from '../ssh/changes.ts'
import { CLUSTER } from '../ssh/inventory.ts'
import { execute, openShell } from '../ssh/ours.ts'
import type { Errand, Report } from './errand.ts'
import { printing } from './text.ts'

const TIMEOUT_MS = 600_000
const RUN = '01JB0000000000000000000000'
const MOVE = { run: RUN, number: 1, step: 'move' } as const

type Read = Pick<Report, 'bytes' | 'sha256'>

async function main(errand: Errand): Promise<Report> {
  const read = await (errand.as === 'ours' ? ours(errand) : bare(errand))
  const beforeMb = process.resourceUsage().maxRSS / 1024
  const startedAt = performance.now()
  const seen = await read()
  return { ms: performance.now() - startedAt, ...seen, beforeMb, peakMb: process.resourceUsage().maxRSS / 1024 }
}

/** As a change of the engine: claimed, followed, masked, hashed, on disk. Answers with what is then in the archive. */
async function ours({ nodes, folder, bytes }: Errand): Promise<() => Promise<Read>> {
  const shell = openShell(nodes)
  const redactor = createRedactor()
  redactor.register('bench', 'a value that is masked wherever it appears')
  const archive = createOutputArchive(join(folder, 'archive'), () => redactor.stream())
  const operations = await openChanges(nodes, shell)
  const script = assembleScript(printing(bytes), {})
  const order = { cluster: CLUSTER, node: 'node1', operation: `${RUN}-move`, script, epoch: 1, seq: 1, head: '-' }
  await execute(shell, 'node1', 'true')
  return async () => {
    const recording = await archive.record({ ...MOVE, host: 'node1', attempt: 1, again: false })
    await carryOut(operations, { ...order, ...MOVE }, { timeoutMs: TIMEOUT_MS, output: recording.sink })
    const { stdout, lost } = await recording.finish()
    await shell.close()
    if (!stdout || lost !== undefined) throw new Error(`not all of it was stored: ${lost}`)
    return { bytes: stdout.bytes, sha256: stdout.sha256 }
  }
}

/** The floor: ssh2 on one connection, every byte hashed and dropped. */
async function bare({ nodes, bytes }: Errand): Promise<() => Promise<Read>> {
  const [node] = nodes.nodes
  if (!node) throw new Error('there is no node to read from')
  const client = new ssh2.Client()
  const privateKey = await readFile(nodes.ssh.identityFile)
  const ready = once(client, 'ready')
  client.connect({ host: node.address, port: node.port ?? 22, username: nodes.ssh.user, privateKey })
  await ready
  return () =>
    new Promise((resolve, reject) => {
      client.exec(printing(bytes), (error, channel) => {
        if (error) return reject(error)
        const hash = createHash('sha256')
        let seen = 0
        channel.on('data', (chunk: Buffer) => {
          seen += chunk.length
          hash.update(chunk)
        })
        channel.stderr.resume()
        channel.once('close', () => resolve({ bytes: seen, sha256: hash.digest('hex') }))
      })
    })
}

main(JSON.parse(process.env['ERRAND'] ?? '{}')).then(
  report => process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
