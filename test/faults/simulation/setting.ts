import { createHash } from 'node:crypto'
import type { Inventory } from '../../../src/clusters/inventory.ts'
import type { ClusterPolicy } from '../../../src/policy/access.ts'
import { bad, good, problemText } from '../../../src/problem.ts'
import { createLibrary } from '../../../src/runbooks/library.ts'
import { parseRunbook } from '../../../src/runbooks/parse.ts'
import type { Conditions, ConditionsOf } from '../../../src/runs/conditions.ts'
import type { Attestation } from '../../../src/runs/events.ts'
import { planConditions } from '../../../src/runs/plan-conditions.ts'
import type { Verify } from '../../../src/workers/authenticity.ts'
import { pvfsCluster } from '../../support/statuses.ts'

/** When faults end. */
export const HEALS_AT_MS = 55_000

export const CLUSTER = 'pvfs'
export const NODES = ['node1', 'node2', 'node3'] as const

/** Two changes with a wait behind each, and a script that only looks. */
const SHIFT = `
apiVersion: ha/v1
name: shift
version: 1.0.0
stack: pacemaker
summary: Moves a group
command: shift <group> to <node>
risk: disruptive
inputs:
  group: { type: group }
  node: { type: node }
timeout: 10m
steps:
  - { id: quorum, check: cluster.quorate }
  - { id: look, run: simctl look, timeout: 10s }
  - { id: agree, approve: "Moves \${{ inputs.group }} to \${{ inputs.node }}." }
  - id: move
    change: disruptive
    timeout: 20s
    run: simctl move "$group" "$node"
  - id: arrived
    wait: cluster.groups[inputs.group].node == inputs.node && cluster.settled
    every: 2s
    timeout: 20s
  - id: tidy
    change: disruptive
    timeout: 20s
    run: simctl clear "$group"
  - id: clean
    wait: size(cluster.leftoversOf(inputs.group)) == 0
    every: 2s
    timeout: 10s
`

/** A change on every node, one after the other, which two people must agree to; and a second gate behind it. */
const SCRUB = `
apiVersion: ha/v1
name: scrub
version: 1.0.0
stack: pacemaker
summary: Scrubs all nodes
command: scrub
risk: destructive
timeout: 10m
steps:
  - { id: quorum, check: cluster.quorate }
  - { id: agree, approve: Scrubs all nodes. }
  - id: scrub
    hosts: all
    change: destructive
    timeout: 15s
    run: simctl scrub
  - { id: sure, approve: Scrubs the first node again., count: 1 }
  - id: again
    change: disruptive
    timeout: 15s
    run: simctl scrub
`

/** A change that takes its own node down: it is judged by what is true afterwards. */
const RESTART = `
apiVersion: ha/v1
name: restart
version: 1.0.0
stack: pacemaker
summary: Restarts a node
command: restart <node>
risk: disruptive
inputs:
  node: { type: node }
timeout: 10m
steps:
  - { id: agree, approve: "Restarts \${{ inputs.node }}." }
  - id: reboot
    hosts: "[inputs.node]"
    change: disruptive
    timeout: 15s
    unreachable: expected
    expect: result.unreachable || result.exitCode == 0
    run: simctl reboot "$node"
  - id: back
    wait: cluster.nodes[inputs.node].online
    every: 2s
    timeout: 25s
`

export const library = createLibrary(
  [SHIFT, SCRUB, RESTART].map((text, i) => {
    const loaded = parseRunbook(`simulation/pacemaker/book${i}.yaml`, text.trimStart())
    if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'))
    return loaded.value
  }),
)

const cluster = pvfsCluster(CLUSTER)
export const inventory: Inventory = {
  [CLUSTER]: {
    ...cluster,
    ssh: { ...cluster.ssh, ledger: '/var/lib/ha-bot' },
    nodes: Object.fromEntries(Object.entries(cluster.nodes).filter(([name]) => NODES.some(node => node === name))),
  },
}

/** A gate is open for a minute: some of them expire while a schedule lasts. */
export const GATE_MS = 60_000

export const policies: Readonly<Record<string, ClusterPolicy>> = {
  [CLUSTER]: {
    read: { run: ['everyone'] },
    disruptive: { run: ['oncall'], approve: { count: 1, from: ['oncall'], withinMs: GATE_MS } },
    destructive: { run: ['oncall'], approve: { count: 2, from: ['oncall'], withinMs: GATE_MS } },
  },
}

const conditions = new Map<string, Conditions>()

/** Runbooks are parsed once for all schedules. */
export const conditionsOf: ConditionsOf = plan => {
  const known = conditions.get(plan.runbook.sha256) ?? planConditions(inventory)(plan)
  conditions.set(plan.runbook.sha256, known)
  return known
}

/** A signature that only proves that exactly these words were signed. */
export async function attest(text: string, at: number): Promise<Attestation> {
  return { by: 'bot', signature: signatureOf(text), at }
}

export const verify: Verify = async (text, { attestation, speaker }) =>
  attestation.signature === signatureOf(text)
    ? good(true)
    : bad({ code: 'forged', message: `These are not the words that ${speaker.name} signed.` })

function signatureOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
