import { libraryWith } from './bench-parts.ts'
import { type Bench, createBench } from './run-bench.ts'
import { exited } from './scripted-shell.ts'
import { moved, pvfsCluster, pvfsStatus, unsettled } from './statuses.ts'

export const SERVICE = '192.0.2.22:3334'

/** Moves a group and measures from outside how long its clients are without it; `measure` and `behind` are lines of YAML. */
export function measuredMove(measure = '', behind = ''): string {
  return `apiVersion: ha/v1
name: measured-move
version: 1.0.0
stack: pacemaker
summary: Move a group and measure how long clients are without it
command: measured move <group> to <node>
risk: disruptive
inputs:
  group: { type: group }
  node: { type: node }
steps:
  - { id: reachable, name: The inventory says where clients reach the group, check: 'cluster.groups[inputs.group].service != ""' }
  - { id: answers, name: The service answers from outside the cluster, probe: 'cluster.groups[inputs.group].service' }
  - { id: agree, approve: 'Clients of \${{ cluster.groups[inputs.group].service }} are cut off.' }
  - { id: clients, name: The service is asked on from here, probe: 'cluster.groups[inputs.group].service' }
  - { id: move, name: Move the group, hosts: "['node1']", change: disruptive, run: crm_resource --move }
  - id: there
    name: The group runs on its new node
    wait: cluster.groups[inputs.group].node == inputs.node && cluster.settled
  - id: outage
    name: How long clients were without it
    measure: clients
${measure.replace(/^/gm, '    ')}
${behind.replace(/^/gm, '  ')}`
}

const inventory = { pvfs: pvfsCluster('pvfs', { groups: { server2: { service: SERVICE } } }) }

export async function moveBench(text = measuredMove()): Promise<Bench> {
  return await createBench({ library: await libraryWith(text), inventory })
}

/** Approved; the cluster takes two readings to move the group. */
export async function approvedMove(text = measuredMove()): Promise<{ readonly bench: Bench; readonly run: string }> {
  const bench = await moveBench(text)
  const run = await bench.approved('measured move server2 to node5')
  const before = pvfsStatus()
  const there = moved(before, 'server2', 'node5')
  bench.status.say(before, unsettled(moved(before, 'server2', ''), 'transition under way'), there)
  bench.shell.expect({ node: 'node1', script: 'crm_resource --move', result: exited(0) })
  return { bench, run }
}

/** Nobody answers for so long, from a moment after now on. */
export function silence(bench: Bench, forMs: number, afterMs = 2500): void {
  const from = bench.clock.monotonic() + afterMs
  bench.prober.says = at => (at >= from && at < from + forMs ? 'connection refused' : '')
}
