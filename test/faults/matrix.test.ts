import { beforeAll, describe, expect, test } from 'vitest'
import { type CellResult, nameOf } from './cell.ts'
import { representativeCells } from './matrix.ts'
import { ALL_POINTS } from './points.ts'
import { isBad, runCells } from './run-cells.ts'
import { tableOf } from './table.ts'

/** Behind this no further cell begins: a computer with other things to do must not make the tests fail. */
const LIMIT_MS = 8 * 60_000
/** Much of a cell is waiting for locks and patience to run out. */
const LANES = 5

const cells = representativeCells()
const results = new Map<string, CellResult>()

beforeAll(async () => {
  const began = performance.now()
  const done = await runCells(cells, { lanes: LANES, limitMs: LIMIT_MS })
  for (const result of done)
    if (!results.has(nameOf(result.cell)) || isBad(result)) results.set(nameOf(result.cell), result)
  console.log(
    `${tableOf(done)}\n${done.length} of ${cells.length} cells in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
}, LIMIT_MS * 1.5)

test('the representative cells are at least 150, and a process is killed at every point', () => {
  expect(cells.length).toBeGreaterThanOrEqual(150)
  const killed = cells.filter(({ fault }) => fault.name === 'kill').map(({ point }) => point)
  expect([...killed].sort()).toEqual([...ALL_POINTS].sort())
})

describe('nothing is done twice, lost or guessed', () => {
  test.for(cells.map(cell => [nameOf(cell), cell.fault.what] as const))('%s: %s', ([name], { skip }) => {
    const result = results.get(name)
    if (!result) return skip('not begun within the limit')
    const wrong = result.violations.map(({ invariant, what }) => `${invariant} ${what}`).join('\n')
    if (isBad(result)) console.error(`${wrong}\n${result.story}\nagain: npm run faults -- --cell ${name}`)
    expect({ reached: result.reached, violations: result.violations }).toEqual({ reached: true, violations: [] })
  })
})
