import type { ClusterStatus } from '../../src/clusters/status.ts'
import type { ExecutionResult } from '../../src/runs/ports.ts'
import type { Bench } from './run-bench.ts'
import { type Expected, exited } from './scripted-shell.ts'
import { configured, moved, moving, pvfsStatus, withLeftover } from './statuses.ts'

export const SUMMARY = `Transition Summary:
  * Move       server2_address     ( node3 -> node5 )
  * Move       server2_fs          ( node3 -> node5 )
  * Move       server2_daemon      ( node3 -> node5 )
Besides server2: nothing else moves
`

/** The look at the mounts of every node that is online, before the preview. */
export function unmounted(nodes: readonly number[] = [1, 2, 3, 4, 5]): Expected[] {
  return nodes.map(i => ({ node: `node${i}`, script: 'crm_node -n', result: exited(0) }))
}

export function preview(result: Expected['result'] = exited(0, SUMMARY)): Expected {
  return { node: 'node1', script: 'crm_simulate -x', result }
}

export function move(result: Expected['result'] = exited(0)): Expected {
  return { node: 'node1', script: "node='node5'\ncrm_resource --move", result }
}

export function clear(result: ExecutionResult = exited(0)): Expected {
  return { node: 'node1', script: 'crm_resource --clear', result }
}

/** What the cluster says from the approval on: twice before the move, then on its way, then there. */
export function wayOfServer2(): ClusterStatus[] {
  const before = pvfsStatus()
  const bound = withLeftover(configured(before, '0.58'))
  const there = moved(bound, 'server2', 'node5')
  const free = { ...configured(moved(before, 'server2', 'node5'), '0.59') }
  return [before, moving(bound, 'server2', 'node5'), there, there, free, free, free]
}

/** A failover of server2, approved, with everything in place for its second leg to go well. */
export async function approvedFailover(
  bench: Bench,
  nodes?: readonly number[],
  words = 'failover server2',
): Promise<string> {
  bench.shell.expect(...unmounted(nodes), preview())
  const run = await bench.approved(words)
  bench.status.say(...wayOfServer2())
  return run
}
