/**
 * `npm run faults`: the fault matrix on real processes.
 *   --all               every cell          (without anything: the representative ones)
 *   --cell G3:kill      some cells, with everything that is known of each
 *   --lanes 4           how many beside each other
 *   --seeds N           the seeded simulation instead
 *   --list              the names of the cells
 */
import { parseArgs } from 'node:util'
import { type CellResult, nameOf } from './cell.ts'
import { allCells, cellsNamed, missingFaults, representativeCells } from './matrix.ts'
import { isBad, runCells } from './run-cells.ts'
import { lineOf, tableOf } from './table.ts'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      cell: { type: 'string', multiple: true, default: [] },
      lanes: { type: 'string', default: '4' },
      seeds: { type: 'string' },
    },
  })
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  if (values.seeds !== undefined) return await simulate(values.seeds, say)
  const named = values.cell.flatMap(cellsNamed)
  if (values.cell.length > 0 && named.length === 0) {
    say(`There is no such cell: ${values.cell.join(' ')}. \`npm run faults -- --list\` names them.`)
    return 2
  }
  const cells = named.length > 0 ? named : values.all ? allCells() : representativeCells()
  if (values.list) return listed(cells.map(nameOf), say)
  for (const missing of missingFaults()) say(`left out: ${missing}`)
  const began = performance.now()
  const onResult = (result: CellResult) => {
    say(lineOf(result))
    if (isBad(result) && named.length > 0) say(result.story)
  }
  const results = await runCells(cells, { lanes: Number(values.lanes), onResult })
  say(`\n${tableOf(results)}\n\n${results.length} cells in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  const bad = results.filter(isBad)
  for (const { cell } of bad) say(`again: npm run faults -- --cell ${nameOf(cell)}`)
  return bad.length === 0 ? 0 : 1
}

function listed(names: readonly string[], say: (text: string) => void): number {
  say(names.join('\n'))
  return 0
}

/** The simulation of the pure rooms is a program of its own, which may not be there yet. */
async function simulate(seeds: string, say: (text: string) => void): Promise<number> {
  say(`no simulation yet for ${seeds} seeds`)
  return 2
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(5)
  },
)
