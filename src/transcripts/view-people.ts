import { marksNeeded } from '../runs/marks.ts'
import type { Decision, GateState, Mark, RunState, Said } from '../runs/state.ts'
import { clockText } from './times.ts'

/** What people said that this run went on by, or ended; in the order they said it. */
export function decisionsOf(run: RunState): string[] {
  const decided = run.gates.flatMap(gate => gate.decisions.map(one => ({ at: one.at, text: decisionText(gate, one) })))
  const resumed = run.resumes.map(said => ({ at: said.at, text: resumeText(said) }))
  const marked = run.marks
    .filter(mark => isCounted(run, mark))
    .map(mark => ({ at: mark.at, text: markText(run, mark) }))
  return [...decided, ...resumed, ...marked].sort((one, other) => one.at - other.at).map(one => one.text)
}

function decisionText(gate: GateState, { decision, speaker, at, reason }: Decision): string {
  const word = decision === 'approve' ? 'approved' : 'denied'
  const isVoid = gate.result === 'void' && decision === 'approve' ? ' · void since' : ''
  return `${word} by ${speaker.name} ${clockText(at)} UTC${quoted(reason)}${isVoid}`
}

function resumeText({ speaker, at, reason }: Said): string {
  return `looked at again for ${speaker.name} ${clockText(at)} UTC${quoted(reason)}`
}

/** A first word that waits for a second one stands above, as something to be done. */
function isCounted(run: RunState, { step }: Mark): boolean {
  const people = run.marks.filter(mark => mark.step === step).map(mark => mark.speaker.person)
  return new Set(people).size >= marksNeeded(run.plan, step)
}

function markText(run: RunState, { step, speaker, at, reason }: Mark): string {
  const name = run.plan?.steps.find(one => one.id === step)?.name ?? step
  return `"${name}" marked as done by ${speaker.name} ${clockText(at)} UTC${quoted(reason)}`
}

/** What somebody gave as reason, as a card shows it. */
export function quoted(reason: string): string {
  return reason ? `: "${reason}"` : ''
}

/** What changed since it was approved, a line each: nobody must agree to the new plan as if it were the old one. */
export function driftLines(run: RunState): string[] {
  const gate = run.gates.findLast(one => one.result === 'void')
  const people = gate?.decisions.filter(one => one.decision === 'approve').map(one => one.speaker.name) ?? []
  const by = people.length > 1 ? `Approvals by ${people.join(' and ')} are` : `Approval by ${people[0] ?? 'nobody'} is`
  return run.drift.map((change, i) => (i === 0 ? `${by} void: ${change}` : `and: ${change}`))
}

/** Of each plan that is void, by the token its buttons carry, what has changed. */
export function voidedPlans(run: RunState): Record<string, string> {
  const gates = run.gates.filter(gate => gate.result === 'void')
  return Object.fromEntries(gates.map(gate => [gate.token, gate.reason ?? '']))
}
