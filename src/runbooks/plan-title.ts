import type { ClusterStatus } from '../clusters/status.ts'
import type { InputValue, Runbook } from './schema.ts'

/** The headline of a plan: `Failover server2 · node3 → node5`, `Standby node4 · server3`, `Verify cib`. */
export function planTitle(
  runbook: Runbook,
  inputs: Readonly<Record<string, InputValue>>,
  status: ClusterStatus,
): string {
  const words = runbook.command.split(/\s+(?=[[<])/)[0] ?? runbook.name
  const group = status.groups[nameOf(runbook, inputs, 'group')]
  const node = status.nodes[nameOf(runbook, inputs, 'node')]
  const what = [`${words.charAt(0).toUpperCase()}${words.slice(1)}`, group?.name ?? node?.name]
    .filter(Boolean)
    .join(' ')
  if (group && node) return `${what} · ${group.node || group.state} → ${node.name}`
  if (node && node.groups.length > 0) return `${what} · ${node.groups.join(', ')}`
  return what
}

/** The value of the first input of this type. */
function nameOf(runbook: Runbook, inputs: Readonly<Record<string, InputValue>>, type: 'group' | 'node'): string {
  const name = Object.keys(runbook.inputs).find(input => runbook.inputs[input]?.type === type)
  return String(inputs[name ?? ''] ?? '')
}
