import { type Summary, summarise } from './samples.ts'
import type { Bar, Row, Section } from './section.ts'

const HEAD = ['', 'n', 'min', 'median', 'p99', 'compared', 'min ×', 'median ×', 'bar', '']

/** A section as a Markdown table, times in ms, which also reads well in a terminal. */
export function sectionText({ title, rows, notes }: Section): string {
  const summaries = new Map(rows.map(row => [row.name, summarise(row.samples)]))
  const lines = rows.map(row => cells(row, summaries))
  return [`### ${title}`, '', ...table([HEAD, ...lines]), '', ...notes.map(note => `- ${note}`), ''].join('\n')
}

function cells(row: Row, summaries: ReadonlyMap<string, Summary>): string[] {
  const own = summaries.get(row.name)
  const other = row.against === undefined ? undefined : summaries.get(row.against)
  if (!own || (row.against !== undefined && !other)) throw new Error(`"${row.name}" has nothing to be compared with`)
  const ratio = other && own.median / other.median
  return [
    row.name,
    String(own.count),
    ...[own.min, own.median, own.p99].map(number),
    row.against ?? '',
    other ? number(own.min / other.min) : '',
    ratio === undefined ? '' : number(ratio),
    row.bar ? barText(row.bar, row.unit ?? 'ms') : '',
    row.bar ? verdict(row.bar, own, other) : '',
  ]
}

function barText({ of, atMost }: Bar, unit: string): string {
  if (of === 'ratio') return `median ≤ ${atMost} ×`
  return of === 'beyond' ? `median ≤ ${atMost} ${unit} more` : `${of} < ${atMost} ${unit}`
}

function verdict({ of, atMost }: Bar, own: Summary, other: Summary | undefined): string {
  if (of === 'median' || of === 'p99') return own[of] < atMost ? 'met' : 'MISSED'
  if (other === undefined) throw new Error(`a bar on what is ${of} needs a row to be compared with`)
  const value = of === 'ratio' ? own.median / other.median : own.median - other.median
  return value <= atMost ? 'met' : 'MISSED'
}

function number(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}

function table(lines: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(3, ...lines.map(line => line[column]?.length ?? 0)))
  const isText = (column: number) => column === 0 || HEAD[column] === 'compared' || column >= HEAD.indexOf('bar')
  const pad = (text: string, column: number) =>
    isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const [head = '', ...body] = lines.map(line => `| ${line.map(pad).join(' | ')} |`)
  const rule = widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [head, `| ${rule.join(' | ')} |`, ...body]
}
