import { randomBytes } from 'node:crypto'
import { EventEmitter, on } from 'node:events'
import type { Answer, Desk, MarkOrder, Order, RunFeed, Utterance, Verdict } from '../../src/commands/desk.ts'
import { caret, type Problem } from '../../src/problem.ts'
import { continueChain, GENESIS } from '../../src/runs/chain.ts'
import type { Entry, RunEvent } from '../../src/runs/events.ts'
import { fold } from '../../src/runs/fold.ts'
import type { RunRecord } from '../../src/runs/state.ts'
import { ulid } from '../../src/runs/ulid.ts'
import { samplePlan, sampleStatus } from './sample-plan.ts'

/** A desk with its journal in memory: it plans at once, and what runs do afterwards is for the test to say. */
export interface FakeDesk extends Desk {
  readonly feed: RunFeed
  /** What was said, as the desk heard it. */
  readonly heard: Utterance[]
  readonly verdicts: Verdict[]
  /** What was said of runs whose outcome is unknown. */
  readonly orders: (MarkOrder & { readonly verb: 'resume' | 'mark-done' | 'take-over' })[]
  /** Runs in the order they were accepted. */
  readonly runs: () => readonly string[]
  /** Adds to a run's journal and tells the feed. */
  journal(run: string, ...events: RunEvent[]): void
  /** Every answer waits for this. */
  hold(until: Promise<void>): void
}

const DIGEST = '8f3a12c077de'.padEnd(64, '0')

export interface FakeDeskOptions {
  /** What an approver must type. */
  readonly confirm?: string
  /** Whether it plans what is asked; true unless given. */
  readonly plans?: boolean
}

export function createFakeDesk(options: FakeDeskOptions = {}): FakeDesk {
  const runs = new Map<string, Entry[]>()
  const byKey = new Map<string, string>()
  const news = new EventEmitter({ captureRejections: false })
  news.setMaxListeners(0)
  const heard: Utterance[] = []
  const verdicts: Verdict[] = []
  const orders: FakeDesk['orders'] = []
  let held: Promise<void> = Promise.resolve()

  function journal(run: string, ...events: RunEvent[]): void {
    const entries = runs.get(run) ?? []
    const last = entries.at(-1)
    const head = last ?? { run, number: 42 + runs.size, seq: 0, hash: GENESIS, at: 0 }
    runs.set(run, [...entries, ...continueChain(head, events, Date.now(), 'test')])
    news.emit('run', run)
  }

  function record(run: string): RunRecord | undefined {
    const entries = runs.get(run)
    return entries && { entries, state: fold(entries) }
  }

  async function request(utterance: Utterance, risk: 'read' | 'disruptive'): Promise<Answer> {
    const known = byKey.get(utterance.dedupe)
    const run = known ?? ulid(Date.now(), randomBytes(10))
    if (!known) {
      byKey.set(utterance.dedupe, run)
      journal(run, await requested(utterance))
      if (options.plans !== false) setImmediate(() => journal(run, ...planned(run, risk, options)))
    }
    const number = record(run)?.state.number ?? 0
    return { kind: 'accepted', run, number, again: known !== undefined, risk: risk === 'read' ? 'read' : 'change' }
  }

  async function say(utterance: Utterance): Promise<Answer> {
    heard.push(utterance)
    await held
    const [verb, object = ''] = utterance.text.split(' ')
    if (verb === 'status') return await request(utterance, 'read')
    if (verb !== 'failover') return { kind: 'told', text: 'status, failover <group>, help', preformatted: true }
    return object === 'server2' ? await request(utterance, 'disruptive') : refused(noGroup(utterance.text, object))
  }

  async function decide(verdict: Verdict): Promise<Answer> {
    verdicts.push(verdict)
    const token = 'token' in verdict.gate ? verdict.gate.token : ''
    const state = [...runs.keys()]
      .flatMap(run => record(run)?.state ?? [])
      .find(({ gates }) => gates.at(-1)?.token === token)
    const gate = state?.gates.at(-1)
    if (!state || !gate) return refused({ code: 'no-gate', message: 'There is no such question.' })
    const by = gate.decisions[0]?.speaker.name
    if (by) return refused({ code: 'decided', message: `#${state.number} was already approved by ${by}.` })
    if (verdict.speaker.person === state.speaker.person) {
      return refused({ code: 'own-request', message: 'You asked for this; somebody else must agree.' })
    }
    if (!(await verdict.teams('S0ONCALL')))
      return refused({ code: 'not-in-team', message: 'Only oncall may approve this.' })
    const attestation = await verdict.attest(`${gate.digest} ${verdict.decision}`, Date.now())
    const { decision, reason, speaker } = verdict
    const decided: RunEvent = {
      type: 'decided',
      gate: gate.gate,
      digest: gate.digest,
      decision,
      reason,
      speaker,
      attestation,
    }
    const result = decision === 'approve' ? ('approved' as const) : ('denied' as const)
    journal(state.run, decided, { type: 'gate-closed', gate: gate.gate, result, reason })
    return { kind: 'decided', run: state.run, text: `#${state.number} ${result} by you.` }
  }

  function taken(verb: FakeDesk['orders'][number]['verb'], order: Order | MarkOrder): Answer {
    orders.push({ ...order, verb })
    return { kind: 'decided', run: order.run, text: `${verb} is taken.` }
  }

  return {
    heard,
    verdicts,
    orders,
    runs: () => [...runs.keys()],
    journal,
    hold(until) {
      held = until
    },
    say,
    decide,
    async stop({ run, speaker, reason, attest }) {
      journal(run, { type: 'stop-requested', speaker, reason, attestation: await attest(run, Date.now()) })
      return { kind: 'decided', run, text: 'Stopping.' }
    },
    resume: async order => taken('resume', order),
    markDone: async order => taken('mark-done', order),
    takeOver: async order => taken('take-over', order),
    feed: {
      async *follow(signal) {
        try {
          for await (const [run] of on(news, 'run', { signal })) yield String(run)
        } catch (error) {
          if (!signal.aborted) throw error
        }
      },
      recent: async () => [...runs.keys()],
      load: async run => record(run),
    },
  }
}

function refused(problem: Problem): Answer {
  return { kind: 'refused', problems: [problem] }
}

function noGroup(text: string, object: string): Problem {
  const said = `/ha ${text}`
  return {
    code: 'unknown-group',
    message: `No group "${object}" in pvfs.`,
    excerpt: caret(said, said.indexOf(object), object.length),
    suggestion: 'server2',
    stillTrue: 'Nothing ran.',
  }
}

async function requested(utterance: Utterance): Promise<RunEvent> {
  const { text, speaker } = utterance
  const request = { text, runbook: text.split(' ')[0] ?? '', args: {}, cluster: 'pvfs', overrides: [] }
  return { type: 'requested', request, speaker, attestation: await utterance.attest(text, Date.now()) }
}

function planned(run: string, risk: 'read' | 'disruptive', options: FakeDeskOptions): RunEvent[] {
  const plan: RunEvent = { type: 'planned', plan: samplePlan(run, risk), digest: DIGEST, status: sampleStatus() }
  if (risk === 'read') {
    const done = { outcome: 'succeeded' as const, summary: 'Status of pvfs: done', leftBehind: [], next: [] }
    return [plan, { type: 'finished', ...done, status: sampleStatus() }]
  }
  const gate: RunEvent = {
    type: 'gate-opened',
    gate: 'agree',
    digest: DIGEST,
    text: 'Move server2 from node3 to node5',
    count: 1,
    from: ['oncall'],
    confirm: options.confirm ?? '',
    expiresAt: Date.now() + 900_000,
    token: randomBytes(16).toString('hex'),
  }
  return [plan, gate]
}
