import type { RunState } from '../runs/state.ts'
import { columns } from './columns.ts'

interface Count {
  ok: number
  changed: number
  skipped: number
  failed: number
  unknown: number
}

/** What happened on each node, counted by executions, as Ansible's recap does. */
export function recapLines(run: RunState): string[] {
  return columns(recapRows(run))
}

/** The same as rows of cells, the head first; none when nothing was to run anywhere. */
export function recapRows(run: RunState): string[][] {
  const counts = new Map<string, Count>()
  for (const step of run.plan?.steps ?? []) {
    if (step.kind !== 'run') continue
    for (const host of step.hosts) tally(counts, host, run, step.id, step.change !== undefined)
  }
  if (counts.size === 0) return []
  const rows = [...counts].map(([host, count]) => [host, ...Object.values(count).map(String)])
  return [['RECAP', 'ok', 'changed', 'skipped', 'failed', 'unknown'], ...rows]
}

function tally(counts: Map<string, Count>, host: string, run: RunState, step: string, change: boolean): void {
  const count = counts.get(host) ?? { ok: 0, changed: 0, skipped: 0, failed: 0, unknown: 0 }
  counts.set(host, count)
  const last = run.steps[step]?.executions.filter(execution => execution.host === host).at(-1)
  if (!last) count.skipped += 1
  else if (last.outcome === 'succeeded') count[change ? 'changed' : 'ok'] += 1
  else if (last.outcome === undefined || last.outcome === 'unknown') count.unknown += 1
  else count.failed += 1
}
