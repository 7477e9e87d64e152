/** `npm run faults`: the fault matrix on real processes, and the seeded simulation. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Cell, type CellResult, nameOf } from './cell.ts'
import { allCells, cellsNamed, missingFaults, representativeCells } from './matrix.ts'
import { isBad, runCells } from './run-cells.ts'
import { simulate } from './simulate.ts'
import { lineOf, tableOf } from './table.ts'

const USAGE = `npm run faults                          some 200 cells that stand for all
npm run faults -- --all                 every cell: a fault at a point
npm run faults -- --cell G3:kill        some cells; also W8.after:reboot, W9, :redis
npm run faults -- --list [--all]        the names of the cells
npm run faults -- --seeds 1000          schedules of the simulation; --from M begins with another seed
   --lanes N   how many cells beside each other (default 4)`

interface Options {
  readonly all: boolean
  readonly list: boolean
  readonly cells: readonly string[]
  readonly lanes: number
  readonly seeds: number | undefined
  readonly from: number
}

type Say = (text: string) => void

async function main(): Promise<number> {
  const say: Say = text => void process.stdout.write(`${text}\n`)
  const options = readOptions()
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}\n`)
    return 2
  }
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  if (options.seeds !== undefined) return await simulate(options.seeds, options.from, ending.signal, say)
  const cells = chosen(options)
  if (cells.length === 0) {
    say(`There is no such cell: ${options.cells.join(' ')}. \`npm run faults -- --list --all\` names them.`)
    return 2
  }
  if (!options.list) return await carryOut(cells, options, ending.signal, say)
  say(cells.map(nameOf).join('\n'))
  return 0
}

function readOptions(): Options | string {
  try {
    const { values } = parseArgs({
      options: {
        all: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        cell: { type: 'string', multiple: true, default: [] },
        lanes: { type: 'string', default: '4' },
        seeds: { type: 'string' },
        from: { type: 'string', default: '1' },
      },
    })
    const [lanes, from] = [Number(values.lanes), Number(values.from)]
    const seeds = values.seeds === undefined ? undefined : Number(values.seeds)
    if (!(lanes >= 1 && lanes <= 64)) return `"${values.lanes}" is not a number of lanes.`
    if (!Number.isInteger(from) || (seeds !== undefined && !(seeds >= 1))) return 'Seeds are whole numbers.'
    return { all: values.all, list: values.list, cells: values.cell, lanes, seeds, from }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function chosen({ cells, all }: Options): readonly Cell[] {
  if (cells.length > 0) return cells.flatMap(cellsNamed)
  return all ? allCells() : representativeCells()
}

async function carryOut(cells: readonly Cell[], options: Options, signal: AbortSignal, say: Say): Promise<number> {
  for (const missing of missingFaults()) say(`left out: ${missing}`)
  const began = performance.now()
  const onResult = (result: CellResult) => {
    say(lineOf(result))
    if (isBad(result)) say(`      all of it: ${keepStory(result)}`)
  }
  const results = await runCells(cells, { lanes: options.lanes, onResult, signal })
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  const bad = results.filter(isBad)
  say(
    `\n${tableOf(results)}\n\n${results.length} of ${cells.length} cells, ${bad.length} with a violation, in ${seconds} s`,
  )
  for (const { cell } of bad) say(`again: npm run faults -- --cell ${nameOf(cell)}`)
  return bad.length === 0 ? 0 : 1
}

/** What is known of a cell that went wrong, as a file. */
function keepStory({ cell, story }: CellResult): string {
  const folder = join(tmpdir(), 'ha-faults-stories')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${nameOf(cell).replace(':', '-')}.txt`)
  writeFileSync(file, story)
  return file
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(5)
  },
)
