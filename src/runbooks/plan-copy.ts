import { createHash } from 'node:crypto'
import { bad, good, type Result } from '../problem.ts'
import { unfit } from './copied-text.ts'
import { putBack, putScript, putSource, SHOW_DIFFERENCE, SHOW_SOURCE } from './copy-script.ts'
import type { PlannedStep } from './plan.ts'
import { planHosts } from './plan-hosts.ts'
import { identity } from './plan-identity.ts'
import type { Planning } from './planning.ts'
import { posixCksum } from './posix-cksum.ts'
import type { Step, StepOf } from './schema.ts'
import { assembleScript } from './script.ts'

type Copy = StepOf<'copy'>
type PlannedRun = Extract<PlannedStep, { kind: 'run' }>

const READ_TIMEOUT_MS = 60_000
const COPY_TIMEOUT_MS = 60_000

/** Two steps: one that shows what would be different, for before the gate (`beforeGates`), and the change. */
export function planCopy(step: Copy, planning: Planning): Result<readonly PlannedStep[]> {
  const hosts = planHosts(
    { id: step.id, hosts: step.hosts ?? (planning.place?.host === undefined ? 'all' : undefined) },
    planning,
  )
  if (!hosts.ok) return hosts
  const text = planning.request.files?.[step.copy.source] ?? bad(unfit(step.copy.source, 'is not known here'))
  if (!text.ok) return text
  const bytes = Buffer.from(text.value)
  const own = identity({ ...step, name: step.name ?? `Put ${step.copy.source} at ${step.copy.to}` }, planning)
  const common = {
    kind: 'run' as const,
    hosts: [...hosts.value],
    expect: 'result.exitCode == 0',
    retries: 0,
    delayMs: 0,
  }
  const file = { source: step.copy.source, sha256: createHash('sha256').update(bytes).digest('hex') }
  const shown = { to: step.copy.to, from: step.copy.source, sum: posixCksum(bytes) }
  const { if: _, scope: __, ...named } = own
  return good([
    {
      ...common,
      ...named,
      id: `${own.id}${SHOWN}`,
      name: `${own.name}: what would change`,
      source: SHOW_SOURCE,
      script: assembleScript(SHOW_DIFFERENCE, shown),
      values: shown,
      file,
      timeoutMs: READ_TIMEOUT_MS,
      onFailure: 'stop',
    },
    { ...common, ...own, ...putting(step, text.value, planning, hosts.value), file },
  ])
}

type Putting = Pick<PlannedRun, 'source' | 'script' | 'values' | 'change' | 'timeoutMs' | 'onFailure' | 'undo'>

function putting(step: Copy, text: string, { request }: Planning, hosts: readonly string[]): Putting {
  const { source: from, to, owner = '', mode = '', backup } = step.copy
  const kept = backup === undefined ? '' : `${backup}/${to.slice(to.lastIndexOf('/') + 1)}.${request.run}-${step.id}`
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const values = { to, owner, mode, kept, sum: posixCksum(bytes), sha256 }
  const back = putBack(to, kept)
  return {
    source: putSource(from, text, { owner, mode, kept }),
    script: assembleScript(putScript(kept !== ''), values),
    values,
    change: step.change ?? 'disruptive',
    timeoutMs: step.timeout ?? COPY_TIMEOUT_MS,
    onFailure: step['on-failure'] ?? 'stop',
    ...(kept !== '' && {
      undo: { kind: 'script', hosts: [...hosts], source: back, script: assembleScript(back, {}), values: {} },
    }),
  }
}

const SHOWN = '.now'

/** What a copy would change belongs before the approval that it stands behind: whoever approves must have seen it. */
export function beforeGates(steps: readonly PlannedStep[]): PlannedStep[] {
  const sorted: PlannedStep[] = []
  for (const step of steps) {
    const gate = isShown(step) ? sorted.findLastIndex(one => one.kind === 'approve') : -1
    sorted.splice(gate < 0 ? sorted.length : gate, 0, step)
  }
  return sorted
}

function isShown(step: PlannedStep): boolean {
  return step.kind === 'run' && step.file !== undefined && step.change === undefined && step.id.endsWith(SHOWN)
}

/** The files that these steps copy, each once. */
export function sourcesOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(step => (step.kind === 'copy' ? [step.copy.source] : [])))]
}
