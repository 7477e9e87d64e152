import type { PlannedStep } from '../runbooks/plan.ts'
import type { RunState } from '../runs/state.ts'
import type { StepMark, StepView } from './view.ts'

type Turn = NonNullable<NonNullable<PlannedStep['scope']>['turn']>

/** A step that is shown, with the node of a rolling whose turn it belongs to. */
export interface Row {
  readonly kind: PlannedStep['kind']
  readonly turn: Turn | undefined
  readonly view: StepView
}

/** `node2 · 2 of 3 · Restart Heartbeat`. */
export function turnText({ node, number, of, title }: Turn): string {
  return `${node} · ${number} of ${of} · ${title}`
}

/** What is said as a step begins with which the turn of a node begins; undefined for every other one. */
export function turnBegun({ plan }: RunState, id: string): string | undefined {
  const turn = plan?.steps.find(step => step.id === id)?.scope?.turn
  const first = turn && plan?.steps.find(step => isSame(step.scope?.turn, turn))
  return turn && first?.id === id ? turnText(turn) : undefined
}

/** The steps of a rolling under a line for each node. Of a node that is done, or whose turn has not come, the line is enough. */
export function underTurns(rows: readonly Row[]): Row[] {
  const shown: Row[] = []
  let at = 0
  while (at < rows.length) {
    const turn = rows[at]?.turn
    let end = at + 1
    while (turn && end < rows.length && isSame(rows[end]?.turn, turn)) end += 1
    const those = rows.slice(at, end)
    shown.push(...(turn ? oneTurn(turn, those) : those))
    at = end
  }
  return shown
}

function isSame(one: Turn | undefined, other: Turn): boolean {
  return one !== undefined && one.title === other.title && one.node === other.node
}

function oneTurn(turn: Turn, rows: readonly Row[]): Row[] {
  const mark = markOf(rows.map(({ view }) => view.mark))
  const durationMs = rows.reduce((sum, { view }) => sum + (view.durationMs ?? 0), 0)
  const id = `turn ${rows.map(({ view }) => view.id)[0] ?? ''}`
  const isOver = mark === 'done' || mark === 'ahead' || mark === 'skipped'
  const took = mark === 'done' ? { durationMs } : {}
  const head = { id, name: turnText(turn), mark, hosts: '', detail: '', tail: '', ...took }
  return [{ kind: 'pause', turn, view: head }, ...(isOver ? [] : rows.map(row => withoutNode(turn, row)))]
}

/** What went wrong counts most; where some are done and some are not it is under way. */
function markOf(marks: readonly StepMark[]): StepMark {
  const bad = (['unknown', 'failed', 'stopped', 'running', 'warned'] as const).find(mark => marks.includes(mark))
  if (bad && bad !== 'warned') return bad
  if (marks.every(mark => mark === 'ahead')) return 'ahead'
  if (marks.includes('ahead')) return 'running'
  if (bad) return bad
  return marks.includes('done') ? 'done' : 'skipped'
}

function withoutNode({ node }: Turn, row: Row): Row {
  const { view } = row
  return {
    ...row,
    view: { ...view, name: `  ${view.name.replace(`${node}: `, '')}`, hosts: view.hosts === node ? '' : view.hosts },
  }
}
