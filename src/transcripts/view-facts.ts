import { foldNames } from '../clusters/fold-names.ts'
import { stateLine } from '../clusters/state-line.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { durationText } from '../runbooks/duration.ts'
import type { Plan } from '../runbooks/plan.ts'
import type { ExecutionState, GateState, RunState } from '../runs/state.ts'
import { failureText } from '../runs/steps/wait.ts'
import { askingText } from './outage.ts'
import { readingLine } from './status-line.ts'
import { clockText } from './times.ts'
import type { Fact } from './view.ts'

const PREVIEW_LINES = 14
/** So many different answers to one question. */
const PREVIEWS = 4
const FAILURES_SHOWN = 3

/** What a person needs to decide, in reading order. */
export function planFacts(run: RunState, now: number): Fact[] {
  const { plan, status } = run
  if (!plan || !status) return []
  const gate = run.gates.at(-1)
  return [
    ...(gate ? [{ label: 'What happens', lines: gate.text.trim().split('\n') }] : []),
    ...previews(run, plan),
    ...measuring(plan),
    ...Object.entries(plan.because).map(([input, why]) => ({ label: `Why ${plan.inputs[input]}`, lines: [why] })),
    { label: 'State', lines: [`${stateLine(status)} · ${readingLine(status, now)}`, ...failures(status)] },
    ...(gate ? [{ label: 'Approve', lines: [approveLine(run, gate)] }] : []),
    {
      label: 'Runbook',
      lines: [`${plan.stack}/${plan.runbook.name} ${plan.runbook.version} · plan ${shortDigest(run.digest ?? '')}`],
    },
  ]
}

/** What is asked from outside while it goes on, and what comes of that. */
function measuring({ steps }: Plan): Fact[] {
  const lines = steps.flatMap(step => {
    const probe = step.kind === 'measure' ? steps.find(({ id }) => id === step.probe) : undefined
    return probe?.kind === 'probe' ? [`${askingText(probe)}: how long clients are without it`] : []
  })
  return lines.length > 0 ? [{ label: 'Measured', lines }] : []
}

/** What has failed, in the words of the cluster: whoever decides must not have to look for it. */
function failures(status: ClusterStatus): string[] {
  const more = status.failures.length - FAILURES_SHOWN
  const shown = status.failures.slice(0, FAILURES_SHOWN).map(failure => `⚠ ${failureText(failure)}`)
  return more > 0 ? [...shown, `⚠ and ${more} more: /ha status on ${status.cluster}`] : shown
}

/** `8f3a 12c0 77de`: enough to compare by eye. */
export function shortDigest(digest: string): string {
  return [digest.slice(0, 4), digest.slice(4, 8), digest.slice(8, 12)].join(' ')
}

/** What the read-only steps before the gate printed: the cluster's own word on what would happen. Where nodes differ, each its own. */
function previews(run: RunState, plan: Plan): Fact[] {
  const gate = plan.steps.findIndex(step => step.kind === 'approve')
  return plan.steps.slice(0, Math.max(0, gate)).flatMap(step => {
    if (step.kind !== 'run') return []
    const printed = printedBy(run.steps[step.id]?.executions ?? [])
    const more = printed.length - PREVIEWS
    return printed.slice(0, PREVIEWS).map(({ hosts, lines }, i) => ({
      label: printed.length > 1 ? `${step.name} · ${foldNames(hosts)}` : step.name,
      lines: [...lines, ...(more > 0 && i === PREVIEWS - 1 ? [`… and ${more} more: see the transcript`] : [])],
    }))
  })
}

interface Printed {
  readonly hosts: string[]
  readonly lines: readonly string[]
}

/** The end of what each node printed last; what several printed alike is told once. */
function printedBy(executions: readonly ExecutionState[]): Printed[] {
  const latest = new Map(executions.map(one => [one.host, one.stdout]))
  const byText = new Map<string, Printed>()
  for (const [host, stdout] of latest) {
    const printed = stdout?.tail.trimEnd() ?? ''
    if (!stdout || printed === '') continue
    const known = byText.get(stdout.sha256)
    if (known) known.hosts.push(host)
    else byText.set(stdout.sha256, { hosts: [host], lines: printed.split('\n').slice(-PREVIEW_LINES) })
  }
  return [...byText.values()]
}

function approveLine(run: RunState, gate: GateState): string {
  const until = `until ${clockText(gate.expiresAt)} UTC (${durationText(Math.round((gate.expiresAt - gate.openedAt) / 1000) * 1000)}, then nothing runs)`
  return `${gate.count} of ${gate.from.join(', ')} besides ${run.speaker.name} · ${until}`
}
