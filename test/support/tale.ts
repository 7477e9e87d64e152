import { digestOf, sha256 } from '../../src/canonical.ts'
import type { Plan } from '../../src/runbooks/plan.ts'
import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { Entry, OutputRef, RunEvent } from '../../src/runs/events.ts'
import { fold } from '../../src/runs/fold.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import type { Outputs } from '../../src/transcripts/gather.ts'
import { attest, speaker } from './bench-parts.ts'
import { ASKED_AT, RUN, requested } from './run-fixtures.ts'
import { samplePlan, sampleStatus } from './sample-plan.ts'

const NODES = ['node1', 'node2', 'node3', 'node4', 'node5']
const SOURCE = `uptime | sed 's/.*up/up/'
awk '$2 == "/srv" { print "mounted: " $1 }' /proc/mounts`

export interface Tale {
  readonly record: RunRecord
  readonly stored: ReadonlyMap<string, string>
  /** As `gatherOutputs` would have them. */
  readonly outputs: Outputs
}

export interface Spice {
  /** Put into every name, word and output that comes from outside. */
  readonly words?: string
  /** What node4 prints besides. */
  readonly printed?: string
}

/** A failover that ends badly, told by hand: five nodes looked at, one with other output; a change; a wait that fails; a person who looks. */
export async function tale({ words = '', printed = '' }: Spice = {}): Promise<Tale> {
  const stored = new Map<string, string>()
  const teller = new Teller(stored)
  const plan = planOf(words)
  const digest = digestOf(plan)
  const ana = { speaker: speaker('ana', { name: `Ana${words}` }), attestation: await attest('', ASKED_AT) }
  const bo = { speaker: speaker('bo', { name: `Bo${words}` }), attestation: await attest('', ASKED_AT) }

  teller.say(0, await requested(`failover server2${words}`))
  teller.say(80, { type: 'leg-started', leg: 1, worker: 'worker@test:1' })
  teller.say(420, { type: 'planned', plan, digest, status: sampleStatus() })
  teller.step('settled', 10, 'succeeded')
  teller.say(5, { type: 'step-started', step: 'look', again: false })
  for (const host of NODES) teller.begins('look', host)
  for (const host of NODES) {
    const same = 'up 12 days,  3:04,  1 user,  load average: 0.00, 0.01, 0.05\nmounted: /dev/drbd0\n'
    const odd = `${same}\u001b[31mWARNING\u001b[0m: clock is 4 s behind${words}\n${printed}`
    teller.ends('look', host, 120, host === 'node4' ? odd : same)
  }
  teller.say(3, stepFinished('look', 'succeeded', 125))
  const gate = { gate: 'agree', digest }
  teller.say(10, {
    ...{ type: 'gate-opened' as const, ...gate, count: 1, from: ['oncall'], confirm: '', token: '0'.repeat(32) },
    text: `Moves server2 from node3 to node5.${words}\nClients pause for about 20 s.\n`,
    expiresAt: ASKED_AT + 900_000,
  })
  teller.say(88_000, { type: 'decided', ...gate, decision: 'approve', reason: `looks right${words}`, ...bo })
  teller.say(2, { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' })
  teller.say(150, { type: 'leg-started', leg: 2, worker: 'worker@test:1' })
  teller.say(20, { type: 'lease-taken', cluster: 'pvfs', epoch: 7 })
  teller.say(3, { type: 'step-started', step: 'settled', again: true })
  teller.say(240, {
    type: 'step-finished',
    step: 'settled',
    again: true,
    outcome: 'succeeded',
    reason: '',
    durationMs: 240,
  })
  teller.say(3, { type: 'step-started', step: 'move', again: false })
  teller.begins('move', 'node1', { bundle: sha256('script'), epoch: 7 })
  teller.ends('move', 'node1', 640, '', {
    record: 'claimed 14:03:40Z, running as process 812 since 14:03:40Z, started by setsid, exit 0 14:03:41Z',
    ...{ complete: true, begun: true },
  })
  teller.say(2, stepFinished('move', 'succeeded', 645))
  teller.say(3, { type: 'step-started', step: 'arrived', again: false })
  teller.say(2000, {
    type: 'step-progress',
    step: 'arrived',
    host: '',
    text: 'address node5 · filesystem node5 · daemon starting',
  })
  teller.say(18_000, {
    ...{ type: 'step-finished', step: 'arrived', again: false, outcome: 'failed', durationMs: 20_000 },
    reason: `server2_daemon start on node5: "port 3334 in use"${words}`,
  })
  teller.say(4, { type: 'undo-offered', step: 'move', command: 'migrate server2 to node3 on pvfs', hosts: [] })
  teller.say(50, { type: 'lease-released', cluster: 'pvfs', epoch: 7 })
  teller.say(9, {
    ...{ type: 'finished', outcome: 'failed', status: sampleStatus() },
    summary: `server2 did not start on node5; it runs on node3 again${words}\nstep "All of it runs there" failed`,
    leftBehind: [`fail count of server2_daemon on node5${words}`],
    next: [`free the port on node5, then /ha cleanup server2_daemon${words}`],
    evidence: ['node1 was sent: crm_resource --move', `the cluster says: server2_daemon failed on node5${words}`],
  })
  teller.say(65_000, { type: 'stop-requested', reason: `seen${words}`, ...ana })
  const outputs = [...stored].map(([file, text]) => {
    const bytes = Buffer.byteLength(text)
    return [file, { text, bytes, total: bytes }] as const
  })
  return { record: teller.record(), stored, outputs: new Map(outputs) }
}

function planOf(words: string): Plan {
  const plan = samplePlan(RUN)
  const [check, gate, move] = plan.steps
  if (!check || !gate || !move) throw new Error('the sample plan has three steps')
  const look: Plan['steps'][number] = {
    ...{ kind: 'run', id: 'look', name: `How the nodes are${words}`, hosts: NODES, source: SOURCE, script: SOURCE },
    ...{ values: { mount: `/srv${words}` }, expect: 'result.exitCode == 0', timeoutMs: 10_000 },
    ...{ retries: 0, delayMs: 0, onFailure: 'stop' },
  }
  const arrived: Plan['steps'][number] = {
    ...{ kind: 'wait', id: 'arrived', name: 'All of it runs there', expression: 'group.node == node', everyMs: 2000 },
    ...{ timeoutMs: 300_000, stable: 2, onFailure: 'stop' },
  }
  const runbook = { ...plan.runbook, text: `name: failover\n# ${words.replaceAll('\n', ' ')}\n` }
  return { ...plan, runbook, title: `${plan.title}${words}`, steps: [check, look, gate, move, arrived] }
}

function stepFinished(step: string, outcome: 'succeeded', durationMs: number): RunEvent {
  return { type: 'step-finished', step, again: false, outcome, reason: '', durationMs }
}

/** Makes entries out of events, each so many ms after the one before. */
class Teller {
  readonly #entries: Entry[] = []
  readonly #stored: Map<string, string>
  #now = ASKED_AT

  constructor(stored: Map<string, string>) {
    this.#stored = stored
  }

  say(afterMs: number, event: RunEvent): void {
    this.#now += afterMs
    const head = this.#entries.at(-1) ?? { run: RUN, number: 42, seq: 0, hash: GENESIS, at: 0 }
    this.#entries.push(...continueChain(head, [event], this.#now, 'worker@test:1'))
  }

  step(step: string, ms: number, outcome: 'succeeded'): void {
    this.say(1, { type: 'step-started', step, again: false })
    this.say(ms, stepFinished(step, outcome, ms))
  }

  begins(step: string, host: string, more: { bundle?: string; epoch?: number } = {}): void {
    this.say(1, { type: 'execution-started', step, host, attempt: 1, operation: `${RUN}-${step}-${host}-1`, ...more })
  }

  ends(
    step: string,
    host: string,
    ms: number,
    printed: string,
    more: { record?: string; complete?: boolean; begun?: boolean } = {},
  ): void {
    const stdout = printed === '' ? undefined : this.#store(`output/${step}.${host}.out`, printed)
    this.say(ms / 5, {
      ...{ type: 'execution-finished', step, host, attempt: 1, outcome: 'succeeded', exitCode: 0, reason: '' },
      durationMs: ms,
      ...(stdout && { stdout }),
      ...more,
    })
  }

  #store(file: string, text: string): OutputRef {
    this.#stored.set(file, text)
    return { file, bytes: Buffer.byteLength(text), sha256: sha256(text), tail: text.slice(-1500) }
  }

  record(): RunRecord {
    return { entries: this.#entries, state: fold(this.#entries) }
  }
}
