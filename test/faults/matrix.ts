import { createHash } from 'node:crypto'
import { type Cell, nameOf } from './cell.ts'
import { FAULTS } from './faults/all.ts'
import { ALL_POINTS, BOUNDARIES, type Boundary, type Point } from './points.ts'

/** Every fault at every point where it makes sense and that this computer can do, well mixed and always in the same order. */
export function allCells(): Cell[] {
  const cells = FAULTS.filter(fault => !fault.missing?.()).flatMap(fault =>
    ALL_POINTS.filter(point => fault.fits(point)).map(point => ({ point, fault })),
  )
  return mixed(cells)
}

function mixed(cells: readonly Cell[]): Cell[] {
  const key = (cell: Cell) => createHash('sha256').update(nameOf(cell)).digest('hex')
  const keyed = cells.map(cell => ({ cell, key: key(cell) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ cell }) => cell)
}

/** Faults that this computer cannot do, and why. */
export function missingFaults(): string[] {
  return FAULTS.flatMap(fault => {
    const why = fault.missing?.()
    return why ? [`${fault.name}: ${why}`] : []
  })
}

/** Of the other faults, one point in so many; where each begins differs, so that all points are covered. */
const ONE_IN = 13

/** The cells that stand for all: a kill at every point, and every other fault at points spread over the whole way. */
export function representativeCells(): Cell[] {
  const order = new Map(FAULTS.map((fault, index) => [fault, index]))
  return FAULTS.filter(fault => !fault.missing?.()).flatMap(fault => {
    const points = ALL_POINTS.filter(point => fault.fits(point))
    const offset = (order.get(fault) ?? 0) * 3
    const step = fault.name === 'kill' ? 1 : Math.min(ONE_IN, Math.ceil(points.length / 3))
    return points.filter((_, index) => (index + offset) % step === 0).map(point => ({ point, fault }))
  })
}

/** The cells that `G3:kill`, `G3.before:kill`, `G3`, `:kill` or `W:redis` mean; a part that is left out means all. */
export function cellsNamed(name: string): Cell[] {
  const [where = '', what = ''] = name.split(':')
  return allCells().filter(({ point, fault }) => isPoint(point, where) && isFault(fault.name, what))
}

function isPoint(point: Point, where: string): boolean {
  return (
    where === '' ||
    point === where ||
    point.startsWith(`${where}.`) ||
    (/^[A-Z]$/.test(where) && point.startsWith(where))
  )
}

function isFault(name: string, what: string): boolean {
  return what === '' || name === what || name.startsWith(`${what}-`)
}

export function boundaryOf(point: Point): Boundary {
  return Object.keys(BOUNDARIES).find(name => point.startsWith(`${name}.`)) as Boundary
}
