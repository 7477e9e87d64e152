import type { Answer, Desk } from '../../src/commands/desk.ts'
import { createDesk } from '../../src/commands/dispatch.ts'
import type { DeskParts } from '../../src/commands/parts.ts'
import { problemText } from '../../src/problem.ts'
import type { Plan } from '../../src/runbooks/plan.ts'
import type { RunEvent } from '../../src/runs/events.ts'
import type { Leases } from '../../src/runs/leases.ts'
import type { RunRecord, RunState } from '../../src/runs/state.ts'
import { attest, directory, libraryWith, policy, speaker } from './bench-parts.ts'
import { createMemoryJournal, createMemoryLeases, type MemoryJournal } from './memory-journal.ts'
import { ASKED_AT, decided, gateOpened, legStarted, planned, requested } from './run-fixtures.ts'
import { pvfsCluster } from './statuses.ts'

const library = await libraryWith()

export type ChangeRisk = 'disruptive' | 'destructive'

/** A desk over a journal in memory; what workers write is for the test to say. */
export interface UnknownDesk {
  readonly desk: Desk
  readonly parts: DeskParts
  readonly journal: MemoryJournal
  readonly leases: Leases
  /** Legs that workers were asked for. */
  readonly nudged: number[]
  /** ms; stands for every clock. */
  now: number
  append(run: string, ...events: RunEvent[]): Promise<RunRecord>
  say(text: string, person: string): Promise<Answer>
  state(run: string): Promise<RunState>
}

export async function unknownDesk(): Promise<UnknownDesk> {
  const world = { now: ASKED_AT }
  const journal = createMemoryJournal(() => world.now)
  const leases = createMemoryLeases()
  const nudged: number[] = []
  const parts: DeskParts = {
    journal,
    leases,
    library,
    inventory: { pvfs: pvfsCluster() },
    directory,
    policies: { pvfs: policy },
    nudge: async (_, leg) => void nudged.push(leg),
    by: 'bot@test',
    now: () => world.now,
  }
  const desk = createDesk(parts)
  const record = async (run: string): Promise<RunRecord> => {
    const found = await journal.load(run)
    if (!found) throw new Error(`no run ${run}`)
    return found
  }
  let said = 0
  return Object.assign(world, {
    desk,
    parts,
    journal,
    leases,
    nudged,
    async append(run: string, ...events: RunEvent[]) {
      const appended = await journal.append(await record(run), events, 'worker@test')
      if (appended.kind !== 'appended') throw new Error(appended.kind)
      return appended.record
    },
    say(text: string, person: string) {
      said += 1
      return desk.say({ text, speaker: speaker(person), dedupe: `words-${said}`, teams: async () => true, attest })
    },
    state: async (run: string) => (await record(run)).state,
  })
}

/** The plan of the fixtures, with its one change as risky as this. */
export function planOf(run: string, risk: ChangeRisk): Plan {
  const event = planned()
  if (event.type !== 'planned') throw new Error('not a plan')
  const { plan } = event
  const steps = plan.steps.map(step => (step.kind === 'run' && step.change ? { ...step, change: risk } : step))
  return { ...plan, run, runbook: { ...plan.runbook, risk }, steps }
}

/** #42: asked by Ana, approved by Bo, its change is sent to node1, and a worker follows it. */
export async function runningRun(desk: UnknownDesk, risk: ChangeRisk = 'disruptive'): Promise<string> {
  const opened = await desk.journal.open('42')
  if (!opened.ok) throw new Error('not opened')
  const { run, number } = opened.value
  await desk.journal.append(opened.value, [await requested()], 'bot@test')
  const lease = await desk.leases.take('pvfs', { run, number }, desk.now)
  const epoch = lease.taken ? lease.epoch : 0
  const plan = planned()
  const events: RunEvent[] = [
    legStarted(1),
    plan.type === 'planned' ? { ...plan, plan: planOf(run, risk) } : plan,
    gateOpened(),
    await decided('bo', 'approve'),
    { type: 'gate-closed', gate: 'agree', result: 'approved', reason: '' },
    { type: 'lease-taken', cluster: 'pvfs', epoch },
    legStarted(2),
    { type: 'step-started', step: 'move', again: false },
    {
      type: 'execution-started',
      step: 'move',
      host: 'node1',
      attempt: 1,
      operation: `${run}-move-node1-1`,
      bundle: 'b'.repeat(64),
      epoch,
    },
  ]
  await desk.append(run, ...events)
  return run
}

/** The same, and the connection to node1 was lost: nobody knows what came of it. */
export async function unknownRun(desk: UnknownDesk, risk: ChangeRisk = 'disruptive'): Promise<string> {
  const run = await runningRun(desk, risk)
  await desk.append(run, ...lost())
  return run
}

/** What a worker writes when it gets no answer any more. */
export function lost(attempt = 1): RunEvent[] {
  const reason = 'the connection to node1 was lost 0.4 s after the request was sent'
  const outcome = 'unknown' as const
  return [
    {
      type: 'execution-finished',
      step: 'move',
      host: 'node1',
      attempt,
      outcome,
      exitCode: -1,
      reason,
      durationMs: 400,
    },
    { type: 'step-finished', step: 'move', again: false, outcome, reason, durationMs: 400 },
    {
      type: 'finished',
      outcome,
      summary: `Failover server2 · node3 → node5: it is not known what happened\nstep "Move the group": node1: ${reason}`,
      leftBehind: [],
      next: ['look at the cluster: /ha status on pvfs', 'look again: /ha resume 42'],
      evidence: [
        'sent: "Move the group" to node1 14:02:11 UTC; node1 does not answer since',
        'the cluster says (node1, node4): 5 of 5 online · quorate · settled · no failures',
      ],
    },
  ]
}

export function codes(answer: Answer): string[] {
  return answer.kind === 'refused' ? answer.problems.map(problem => problem.code) : [answer.kind]
}

export function textOf(answer: Answer): string {
  if (answer.kind === 'refused') return answer.problems.map(problemText).join('\n')
  return 'text' in answer ? answer.text : JSON.stringify(answer)
}
