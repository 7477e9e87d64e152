import type { ClusterStatus, GroupStatus, NodeStatus } from '../clusters/status.ts'
import type { Plan, PlannedStep } from '../runbooks/plan.ts'
import { type Measured, measuredText } from './measured.ts'
import type { Outcome } from './outcome.ts'

export interface Ends {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly reason: string
  /** Something on the cluster may be different because of this run. */
  readonly changed: boolean
  /** The step it ended on, if it did not get through. */
  readonly step: PlannedStep | undefined
  /** As it is now; undefined when the cluster could not be asked. */
  readonly status: ClusterStatus | undefined
  /** What clients felt, of each `measure` step that has ended. */
  readonly measured?: readonly Measured[]
}

/** What is true at the end: a headline, then a line each for why and from where. Lines are separated by newlines. */
export function summaryOf(ends: Ends): string {
  const now = nowText(ends)
  if (ends.outcome === 'succeeded')
    return [now || `${ends.plan.title}: done`, movedFrom(ends), ...measuredLines(ends)].filter(Boolean).join('\n')
  const where = ends.step ? `step "${ends.step.name}"` : ''
  const why = [where, inShort(ends)].filter(Boolean).join(': ')
  return [`${ends.plan.title}: ${wordsFor(ends)}`, why, now, ...measuredLines(ends)].filter(Boolean).join('\n')
}

/** What a step says for itself is not said again. */
function measuredLines({ measured = [], reason }: Ends): string[] {
  return measured.map(measuredText).filter(text => !reason.includes(text))
}

/** Who differs from whom; in what stands with the step. */
function inShort({ step, reason }: Ends): string {
  return step?.kind === 'run' && step.compare ? (reason.split('\n')[0] ?? '') : reason
}

const WORDS: Record<Outcome, string> = {
  succeeded: 'done',
  failed: 'failed',
  errored: 'could not be carried out',
  'timed-out': 'took too long',
  unknown: 'it is not known what happened',
  denied: 'denied',
  expired: 'expired',
  cancelled: 'stopped',
  refused: 'not carried out',
}

/** That nothing was changed is said with every ending of which it is true, and with no other. */
function wordsFor({ outcome, changed, reason }: Ends): string {
  if (outcome === 'unknown' && reason.startsWith('stopped')) return 'stopped; what was begun may still go on'
  return changed || outcome === 'unknown' ? WORDS[outcome] : `${WORDS[outcome]}, nothing was changed`
}

/** What is true now of the group or node this plan is about; "" when it is about neither or it is not known. */
function nowText({ plan, status }: Ends): string {
  const group = status?.groups[String(plan.inputs['group'] ?? '')]
  if (group) return groupNow(group)
  const node = status?.nodes[String(plan.inputs['node'] ?? '')]
  return node ? nodeNow(node) : ''
}

function groupNow(group: GroupStatus): string {
  if (group.state === 'started' && group.node) return `${group.name} runs on ${group.node}`
  const where = group.nodes.length > 0 ? ` on ${group.nodes.join(', ')}` : ''
  return `${group.name} is ${group.state}${where}`
}

function nodeNow(node: NodeStatus): string {
  return `${node.name} is ${node.state}${node.groups.length > 0 ? ` and runs ${node.groups.join(', ')}` : ' and runs nothing'}`
}

function movedFrom({ plan, status }: Ends): string {
  const group = String(plan.inputs['group'] ?? '')
  const before = plan.facts.owners[group] ?? ''
  const now = status?.groups[group]?.node ?? ''
  return before && now && before !== now ? `moved from ${before}` : ''
}
