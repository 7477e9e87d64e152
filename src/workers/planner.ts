import { digestOf } from '../canonical.ts'
import type { Cluster, Inventory } from '../clusters/inventory.ts'
import { entry } from '../clusters/lookup.ts'
import { refuseMove } from '../clusters/refusals.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { type ClusterPolicy, mayRun } from '../policy/access.ts'
import { eligibleApprovers, gateRule } from '../policy/gate-rule.ts'
import { type Directory, personByName } from '../policy/people.ts'
import { bad, caret, good, type Problem, type Result } from '../problem.ts'
import { stepsWithUsed } from '../runbooks/all-steps.ts'
import { clusterFunctions } from '../runbooks/expression-values.ts'
import { NAME_PATTERN } from '../runbooks/input-types.ts'
import { resolveInputs } from '../runbooks/inputs.ts'
import type { Library } from '../runbooks/library.ts'
import { makePlan } from '../runbooks/make-plan.ts'
import type { Plan } from '../runbooks/plan.ts'
import { sourcesOf } from '../runbooks/plan-copy.ts'
import { planDifferences } from '../runbooks/plan-differences.ts'
import type { LoadedRunbook } from '../runbooks/schema.ts'
import type { RunEvent } from '../runs/events.ts'
import type { StatusReader } from '../runs/ports.ts'
import type { RunState } from '../runs/state.ts'

export interface PlannerParts {
  readonly inventory: Inventory
  readonly library: Library
  readonly directory: Directory
  readonly policies: Readonly<Record<string, ClusterPolicy>>
  readonly status: StatusReader
  /** Pinned key fingerprints of a cluster's nodes: part of what is approved. */
  readonly hostKeys: (cluster: Cluster) => Promise<Readonly<Record<string, readonly string[]>>>
  /** Reads a text that `copy` puts on nodes. Without it there are none. */
  readonly fileOf?: (source: string) => Promise<Result<string>>
}

export interface Planner {
  /** `planned`, or `refused` with what the requester must know. Changes nothing. */
  plan(state: RunState, signal: AbortSignal): Promise<RunEvent>
  /** What would be planned differently from this reading than was approved, a sentence each; empty when the plan still stands. */
  differences(state: RunState, status: ClusterStatus): Promise<readonly string[]>
}

interface Found {
  readonly cluster: Cluster
  readonly loaded: LoadedRunbook
  readonly policy: ClusterPolicy
}

/** Makes plans from fresh readings of the cluster. */
export function createPlanner(parts: PlannerParts): Planner {
  return {
    plan: async (state, signal) => {
      const found = look(parts, state)
      if (!found.ok) return refused(found.problems)
      const status = await parts.status.read(found.value.cluster.name, signal)
      if (!status.ok) return unreadable(status.problems)
      const plan = await planFrom(parts, state, found.value, status.value)
      if (!plan.ok) return refused(plan.problems)
      return { type: 'planned', plan: plan.value, digest: digestOf(plan.value), status: status.value }
    },
    differences: async (state, status) => {
      const found = look(parts, state)
      const again = found.ok ? await planFrom(parts, state, found.value, status) : found
      if (!again.ok) return again.problems.map(problem => problem.message)
      return state.plan ? planDifferences(state.plan, again.value) : []
    },
  }
}

/** Nobody was refused anything: the cluster could not be asked, and that is how the run ends. */
function unreadable(problems: readonly Problem[]): RunEvent {
  const summary = problems.map(problem => [problem.message, problem.excerpt].filter(Boolean).join('\n')).join('\n')
  const next = problems.flatMap(problem => (problem.next ? [problem.next] : []))
  return { type: 'finished', outcome: 'errored', summary, leftBehind: [], next }
}

function refused(problems: readonly Problem[]): RunEvent {
  return { type: 'refused', problems: [...problems] }
}

/** The cluster, its runbook and its policy; refuses words that may not ask for this. */
function look(parts: PlannerParts, state: RunState): Result<Found> {
  const { request, speaker, attestation } = state
  const cluster = entry(parts.inventory, request.cluster ?? '')
  const policy = entry(parts.policies, request.cluster ?? '')
  const loaded = cluster && parts.library.find(cluster.stack, request.runbook)
  if (!cluster || !policy || !loaded) return bad(unconfigured(request.cluster ?? '', request.runbook))
  const { risk } = loaded.runbook
  if (risk !== 'read' && attestation.by === 'none') return bad(unsigned(request.text))
  const allowed = mayRun({
    cluster: cluster.name,
    policy,
    directory: parts.directory,
    person: personByName(parts.directory, speaker.person),
    risk,
  })
  return allowed.ok ? good({ cluster, loaded, policy }) : allowed
}

async function planFrom(
  parts: PlannerParts,
  state: RunState,
  found: Found,
  status: ClusterStatus,
): Promise<Result<Plan>> {
  const { cluster, loaded, policy } = found
  const { request } = state
  const impossible = moveProblems(loaded, request.args, request.text, status)
  if (impossible.length > 0) return bad(...impossible)
  const known = { groups: Object.keys(status.groups), nodes: Object.keys(cluster.nodes) }
  const functions = clusterFunctions(status, cluster)
  const inputs = resolveInputs({
    runbook: loaded.runbook,
    words: request.args,
    text: `/ha ${request.text}`,
    status,
    functions,
    known,
  })
  if (!inputs.ok) return inputs
  const resolved = Object.fromEntries(Object.entries(inputs.value.values).map(([name, value]) => [name, String(value)]))
  const senseless = moveProblems(loaded, resolved, request.text, status)
  if (senseless.length > 0) return bad(...senseless)
  const runbookOf = (name: string) => parts.library.find(cluster.stack, name)
  const plan = makePlan({
    run: state.run,
    requester: state.speaker.person,
    loaded,
    cluster,
    status,
    inputs: inputs.value.values,
    because: inputs.value.because,
    overrides: request.overrides,
    gate: step => {
      const rule = gateRule(policy, loaded.runbook.risk, step, request.overrides.length)
      return { count: rule.count, from: rule.from, withinMs: rule.withinMs, confirm: rule.confirm !== undefined }
    },
    hostKeys: await parts.hostKeys(cluster),
    commandOf: name => parts.library.find(cluster.stack, name)?.runbook.command,
    runbookOf,
    files: await filesFor(parts, loaded, runbookOf),
  })
  return plan.ok ? satisfiable(parts, plan.value) : plan
}

/** The texts that a runbook, or one that it uses, puts on nodes. */
async function filesFor(
  { fileOf }: PlannerParts,
  loaded: LoadedRunbook,
  runbookOf: (name: string) => LoadedRunbook | undefined,
): Promise<Readonly<Record<string, Result<string>>>> {
  if (!fileOf) return {}
  const sources = sourcesOf(stepsWithUsed(loaded.runbook, name => runbookOf(name)?.runbook))
  return Object.fromEntries(await Promise.all(sources.map(async source => [source, await fileOf(source)] as const)))
}

/** A runbook that takes a group to a node is a move: whatever makes it senseless is said before anyone is asked to approve. */
function moveProblems(
  loaded: LoadedRunbook,
  args: Readonly<Record<string, string>>,
  text: string,
  status: ClusterStatus,
): Problem[] {
  const inputs = Object.entries(loaded.runbook.inputs)
  const group = inputs.find(([, spec]) => spec.type === 'group')?.[0]
  const node = inputs.find(([, spec]) => spec.type === 'node')?.[0]
  const word = args[group ?? '']
  if (group === undefined || node === undefined || word === undefined || !NAME_PATTERN.test(word)) return []
  const target = args[node]
  const problems = refuseMove(status, word, target !== undefined && NAME_PATTERN.test(target) ? target : undefined)
  const meant = (problem: Problem) => (problem.code === 'unknown-node' ? (target ?? word) : word)
  return problems.map(problem =>
    problem.code === 'unknown-node' || problem.code === 'unknown-group'
      ? { ...problem, excerpt: pointAt(text, meant(problem)) }
      : problem,
  )
}

/** The whole word in what was typed, `node=node9` included; the last one, because a target stands behind its group. */
function pointAt(text: string, word: string): string {
  const shown = `/ha ${text}`
  const found = [...shown.matchAll(/[^\s"'=]+/g)].filter(token => token[0] === word).at(-1)
  return found ? caret(shown, found.index, word.length) : shown
}

/** A gate that nobody could open is said now, not when the time is over. */
function satisfiable(parts: PlannerParts, plan: Plan): Result<Plan> {
  for (const step of plan.steps) {
    if (step.kind !== 'approve') continue
    const eligible = eligibleApprovers(parts.directory, step.from, plan.requester)
    if (eligible.length < step.count) {
      return bad({
        code: 'cannot-be-approved',
        message: `This needs ${step.count} approvers of ${step.from.join(', ')} besides ${plan.requester}; there are ${eligible.length}${eligible.length > 0 ? ` (${eligible.join(', ')})` : ''}.`,
        stillTrue: 'Nothing was changed.',
        next: 'Whoever runs ha-bot adds people to the team, or changes the policy, in ha.yaml.',
      })
    }
  }
  return good(plan)
}

function unconfigured(cluster: string, runbook: string): Problem {
  return {
    code: 'not-configured',
    message: `This worker knows no runbook "${runbook}" for a cluster "${cluster}".`,
    stillTrue: 'Nothing was changed.',
    next: 'Bot and worker must have the same ha.yaml and the same runbooks; see `ha doctor`.',
  }
}

function unsigned(text: string): Problem {
  return {
    code: 'unsigned',
    message: `"${text}" would change a cluster and is not signed.`,
    stillTrue: 'Nothing was changed.',
    next: 'From a terminal, sign with your SSH key: ha do --key ~/.ssh/id_ed25519 "…".',
  }
}
