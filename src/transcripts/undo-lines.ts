import type { RunState } from '../runs/state.ts'

/** What would take the changes of a run back: another runbook, to be asked for, or a script for the hosts that are named. */
export function undoLines({ undo }: RunState): string[] {
  return undo.map(({ command, hosts }) =>
    hosts.length > 0 ? `on ${hosts.join(', ')}: ${command.trim()}` : `/ha ${command}`,
  )
}
