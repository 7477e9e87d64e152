import type { Change, Changes } from './changes.ts'

/** The lines below `Transition Summary:`, aligned as crm_simulate of 2.1.5 aligns them. */
export function summaryLines(changes: Changes): string[] {
  const fences = changes.fences.map(fence => `  * Fence (reboot) ${fence.node} '${fence.reason}'`)
  const nameWidth = changes.changes.reduce((width, { member }) => widened(width, member.id.length), 5)
  const nodesWidth = Math.max(5, ...changes.changes.map(change => nodesText(change).length))
  return [...fences, ...changes.changes.map(change => changeLine(change, nameWidth, nodesWidth))]
}

/** A longer name makes the column two wider than itself. */
function widened(width: number, length: number): number {
  return length > width ? length + 2 : width
}

function changeLine(change: Change, nameWidth: number, nodesWidth: number): string {
  const name = change.member.id.padEnd(nameWidth)
  const reason = change.reason ? `  ${change.reason}` : ''
  return `  * ${change.kind.padEnd(8)}   ${name}   ( ${nodesText(change).padStart(nodesWidth)} )${reason}`
}

function nodesText(change: Change): string {
  const [from] = change.from
  if (change.kind === 'Start') return change.to
  if (from === undefined || change.to === '' || change.to === from) return from ?? ''
  return `${from} -> ${change.to}`
}
