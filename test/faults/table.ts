import { type CellResult, nameOf } from './cell.ts'
import { boundaryOf } from './matrix.ts'
import { BOUNDARIES, type Boundary } from './points.ts'
import { isBad } from './run-cells.ts'

/** Boundaries down, with the kinds of faults across: cells, and how many of them went wrong. */
export function tableOf(results: readonly CellResult[]): string {
  const kinds = [...new Set(results.map(kindOf))]
  const head = ['boundary', ...kinds, 'cells', 'violations', 'seconds']
  const rows = Object.entries(BOUNDARIES).flatMap(([name, what]) => {
    const here = results.filter(({ cell }) => boundaryOf(cell.point) === (name as Boundary))
    if (here.length === 0) return []
    return [
      [
        `${name} ${what}`,
        ...kinds.map(kind => countsOf(here.filter(result => kindOf(result) === kind))),
        ...totalsOf(here),
      ],
    ]
  })
  const all = [
    'all',
    ...kinds.map(kind => countsOf(results.filter(result => kindOf(result) === kind))),
    ...totalsOf(results),
  ]
  const lines = [head, ...rows, all]
  const widths = head.map((_, column) => Math.max(...lines.map(line => line[column]?.length ?? 0)))
  return lines
    .map(line =>
      line.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n')
}

/** `process`, `redis`, `network`, `host`, `slack`. */
function kindOf({ cell: { fault } }: CellResult): string {
  if (/^(redis|node|slack)-(reset|blackhole|half|slow|late)$/.test(fault.name) && !/^slack-slow$/.test(fault.what))
    return 'network'
  if (fault.name.startsWith('redis-')) return 'redis'
  if (fault.name.startsWith('slack-')) return 'slack'
  return /^(sshd|reboot|node|archive)/.test(fault.name) ? 'host' : 'process'
}

function countsOf(results: readonly CellResult[]): string {
  const bad = results.filter(isBad).length
  return bad > 0 ? `${results.length} (${bad} bad)` : String(results.length)
}

function totalsOf(results: readonly CellResult[]): string[] {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0)
  return [String(results.length), String(results.filter(isBad).length), seconds.toFixed(0)]
}

/** One line a cell. */
export function lineOf(result: CellResult): string {
  const how = isBad(result) ? 'BAD' : 'ok '
  const why = result.violations.map(({ invariant, what }) => `\n      ${invariant} ${what}`).join('')
  const missed = result.reached ? '' : '\n      the point was not reached'
  return `${how} ${nameOf(result.cell).padEnd(28)} ${result.outcomes.join(',').padEnd(12)} ${result.seconds.toFixed(1)} s${why}${missed}`
}
