/** A process of its own for the tests: puts MEGABYTES of a node's output into the archive in FOLDER and tells its largest size. */
import { createOutputArchive } from '../../../src/adapters/archive/output.ts'
import { createRedactor } from '../../../src/transcripts/redact.ts'
import { RUN } from '../../support/run-fixtures.ts'

const { FOLDER = '', MEGABYTES = '' } = process.env
const MEGABYTE = 1 << 20
const SECRET = 'correct-horse/42'

const redactor = createRedactor()
redactor.register('bmc', SECRET)
const line = (n: number) =>
  `Nov 21 14:03:${n % 60} node3 pacemaker-controld[${1000 + (n % 900)}]: notice: Result of start operation for server2 on node3: ok\n`
const special = `\u001b[31mfailed\u001b[0m with password correct-\u001b[1mhorse/42 and ${SECRET}\r\n`
const text = Buffer.from(Array.from({ length: 20_000 }, (_, n) => (n % 100 === 0 ? special : line(n))).join(''))

async function main(): Promise<void> {
  const archive = createOutputArchive(FOLDER, () => redactor.stream())
  const of = { run: RUN, number: 42, step: 'flood', host: 'node3', attempt: 1, again: false }
  const { sink, finish } = await archive.record(of)
  const startedAt = performance.now()
  const size = Number(MEGABYTES) * MEGABYTE
  for (let given = 0; given < size; given += 32_768) {
    const from = given % (text.length - 32_768)
    await sink('stdout', text.subarray(from, from + 32_768))
  }
  const { stdout, lost } = await finish()
  const ms = Math.round(performance.now() - startedAt)
  const rss = process.resourceUsage().maxRSS * 1024
  process.stdout.write(JSON.stringify({ bytes: stdout?.bytes, file: stdout?.file, lost, rss, ms }))
}

main().catch((error: unknown) => {
  process.stderr.write(String(error))
  process.exit(1)
})
