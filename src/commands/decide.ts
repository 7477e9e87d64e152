import { judgeDecision } from '../policy/approvals.ts'
import type { GateResult } from '../policy/gate.ts'
import { personByName } from '../policy/people.ts'
import { slackGroupsOf } from '../policy/team-expression.ts'
import type { Problem } from '../problem.ts'
import { decisionText } from '../runs/attested.ts'
import { closeGate } from '../runs/closing.ts'
import type { RunEvent } from '../runs/events.ts'
import { wantedLeg } from '../runs/legs.ts'
import type { GateState, RunRecord, RunState } from '../runs/state.ts'
import type { Answer, Verdict } from './desk.ts'
import type { DeskParts } from './parts.ts'

/** Two people may decide in the same instant: whoever is second is judged again by what the first one made true. */
const MOST_RACES = 10
const RECENT_RUNS = 50

/** Takes a decision in. What it does to the gate is journalled together with it; a passed gate asks for the next leg. */
export async function takeDecision(parts: DeskParts, verdict: Verdict): Promise<Answer> {
  for (let race = 0; race < MOST_RACES; race++) {
    const record = await gateRecord(parts, verdict)
    const gate = record && askedGate(verdict, record.state)
    if (!record || !gate) return { kind: 'refused', problems: [noGate(verdict)] }
    const judged = await judge(parts, verdict, record, gate)
    if (!judged.ok) return { kind: 'refused', problems: judged.problems }

    const events = await decisionEvents(parts, verdict, record, gate, judged.value)
    const appended = await parts.journal.append(record, events, parts.by)
    if (appended.kind === 'unavailable') return { kind: 'refused', problems: [appended.problem] }
    if (appended.kind === 'conflict') continue
    if (judged.value === 'approved') await parts.nudge(record.state.run, wantedLeg(appended.record.state))
    return { kind: 'decided', run: record.state.run, text: decidedText(record, gate, judged.value, verdict) }
  }
  return {
    kind: 'refused',
    problems: [{ code: 'busy', message: 'The run kept changing. Your decision was not counted.', next: 'Try again.' }],
  }
}

/** The very gate that a button belongs to: a click on an older card must not decide about a newer plan. */
function askedGate({ gate: asked }: Verdict, { gates }: RunState): GateState | undefined {
  return 'token' in asked ? gates.find(gate => gate.token === asked.token) : gates.at(-1)
}

async function gateRecord(parts: DeskParts, verdict: Verdict): Promise<RunRecord | undefined> {
  if ('run' in verdict.gate) return await parts.journal.load(verdict.gate.run)
  // A dialog may stay open longer than its run: whoever decides late is told what became of it.
  const recent = (await parts.journal.list(RECENT_RUNS)).map(({ run }) => run)
  for (const run of new Set([...(await parts.journal.active()), ...recent])) {
    const record = await parts.journal.load(run)
    if (record && askedGate(verdict, record.state)) return record
  }
  return undefined
}

async function judge(parts: DeskParts, verdict: Verdict, record: RunRecord, gate: GateState) {
  const { directory } = parts
  const groups = slackGroupsOf(directory, gate.from)
  const inNow = await Promise.all(groups.map(async group => [group, await verdict.teams(group)] as const))
  return judgeDecision({
    number: record.state.number,
    gate,
    requester: record.state.speaker.person,
    directory,
    now: await parts.journal.time(),
    person: personByName(directory, verdict.speaker.person),
    slackGroups: new Set(inNow.filter(([, isIn]) => isIn).map(([group]) => group)),
    decision: verdict.decision,
    digest: gate.digest,
    confirm: verdict.confirm,
  })
}

async function decisionEvents(
  parts: DeskParts,
  verdict: Verdict,
  record: RunRecord,
  gate: GateState,
  result: GateResult,
): Promise<RunEvent[]> {
  const { decision, reason, speaker } = verdict
  const at = parts.now()
  const signed = { run: record.state.run, gate: gate.gate, digest: gate.digest, decision, reason }
  const attestation = await verdict.attest(decisionText(signed, speaker, at), at)
  const decided: RunEvent = {
    type: 'decided',
    gate: gate.gate,
    digest: gate.digest,
    decision,
    reason,
    speaker,
    attestation,
  }
  if (result === 'approved') return [decided, { type: 'gate-closed', gate: gate.gate, result, reason: '' }]
  const why = `denied by ${speaker.name}${reason ? `: "${reason}"` : ''}`
  return result === 'denied' ? [decided, ...closeGate(record.state, 'denied', why)] : [decided]
}

function decidedText(record: RunRecord, gate: GateState, result: GateResult, verdict: Verdict): string {
  const { number } = record.state
  if (verdict.decision === 'deny') return `You denied #${number}. Nothing runs.`
  if (result === 'approved') return `You approved #${number}. The checks are repeated, then it runs.`
  const still = gate.count - gate.decisions.filter(one => one.decision === 'approve').length - 1
  return `You approved #${number}. ${still} more must agree before it runs.`
}

function noGate(verdict: Verdict): Problem {
  const which = 'run' in verdict.gate ? 'This run' : 'What this button belongs to'
  return {
    code: 'no-gate',
    message: `${which} does not wait for a decision.`,
    stillTrue: 'Your decision was not counted.',
    next: 'See /ha runs.',
  }
}
