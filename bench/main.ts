import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAcknowledgement } from './acknowledgement/measure.ts'
import { measureChange } from './change/measure.ts'
import { measureFirstByte } from './first-byte/measure.ts'
import { measureGigabyte } from './gigabyte/measure.ts'
import { measureJournal } from './journal/measure.ts'
import type { Measurement } from './measure/section.ts'
import { sectionText } from './measure/table.ts'
import { measureNodes } from './nodes/measure.ts'
import { measureStep } from './step/measure.ts'
import { measureTakeover } from './takeover/measure.ts'

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  acknowledgement: measureAcknowledgement,
  'first-byte': measureFirstByte,
  step: measureStep,
  change: measureChange,
  journal: measureJournal,
  nodes: measureNodes,
  gigabyte: measureGigabyte,
  takeover: measureTakeover,
}

const USAGE = `npm run bench                            everything, some three minutes
npm run bench -- --quick                 few rounds, below one minute
npm run bench -- --only NAME[,NAME]      ${Object.keys(MEASUREMENTS).join(', ')}`

interface Options {
  readonly quick: boolean
  readonly names: readonly string[]
}

async function main(): Promise<number> {
  const options = readOptions()
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}\n`)
    return 2
  }
  const end = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => end.abort(new Error(`ended by ${name}`)))
  say(`${availableParallelism()} cores, Node ${process.versions.node}, load ${load()}; times in ms`)
  let failed = 0
  for (const name of options.names) {
    if (end.signal.aborted) return 1
    failed += (await tell(name, options.quick, end.signal)) ? 0 : 1
  }
  return failed > 0 ? 1 : 0
}

/** Whether it could be measured; how fast anything was is for the reader to judge. */
async function tell(name: string, quick: boolean, signal: AbortSignal): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-bench-'))
  const before = load()
  try {
    const section = await MEASUREMENTS[name]?.({ quick, folder, signal })
    if (section) say(`\n${sectionText(section)}- load ${before} before, ${load()} after`)
    return true
  } catch (error) {
    process.stderr.write(`\n${name} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`)
    return false
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
    })
    const names = values.only?.split(',') ?? Object.keys(MEASUREMENTS)
    const unknown = names.find(name => !Object.hasOwn(MEASUREMENTS, name))
    return unknown === undefined ? { quick: values.quick, names } : `There is no measurement "${unknown}".`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1)
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  },
)
