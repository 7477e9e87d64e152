import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cluster } from '../../src/clusters/inventory.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { problemText } from '../../src/problem.ts'
import { scopeOfValues } from '../../src/runbooks/expression-scope.ts'
import { clusterFunctions } from '../../src/runbooks/expression-values.ts'
import { compileExpression } from '../../src/runbooks/expressions.ts'
import { makePlan } from '../../src/runbooks/make-plan.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import type { Plan, PlannedStep } from '../../src/runbooks/plan.ts'
import type { LoadedRunbook } from '../../src/runbooks/schema.ts'
import { statusOf } from './reading.ts'

export const FOLDER = fileURLToPath(new URL('../../runbooks/pacemaker', import.meta.url))

function load(file: string): LoadedRunbook {
  const loaded = parseRunbook(file, readFileSync(join(FOLDER, file), 'utf8'))
  if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'))
  return loaded.value
}

export const loaded = readdirSync(FOLDER).map(load)
export const runbook = (name: string) => loaded.find(each => each.runbook.name === name) ?? load(`${name}.yaml`)

export const five = statusOf('five-nodes-and-a-spare')

function inventoryOf(status: ClusterStatus): Cluster {
  const nodes = Object.keys(status.nodes).map(name => [name, { name, address: '192.0.2.1', port: 22 }] as const)
  const ssh = { user: 'haops', knownHosts: 'known_hosts', ledger: '.ha-bot' }
  return { name: 'pvfs', stack: 'pacemaker', ssh, nodes: Object.fromEntries(nodes), groups: {} }
}

export function planOf(name: string, inputs: Record<string, string>, status = five): Plan {
  const plan = makePlan({
    run: '01JDXXXXXXXXXXXXXXXXXXXXXX',
    requester: 'ana',
    loaded: runbook(name),
    cluster: inventoryOf(status),
    status,
    inputs,
    because: {},
    overrides: [],
    gate: () => ({ count: 1, from: ['oncall'], withinMs: 900_000, confirm: false }),
    hostKeys: {},
    commandOf: other => runbook(other).runbook.command,
    runbookOf: runbook,
  })
  if (!plan.ok) throw new Error(plan.problems.map(problemText).join('\n'))
  return plan.value
}

export function step(plan: Plan, id: string): PlannedStep {
  const found = plan.steps.find(each => each.id === id)
  if (!found) throw new Error(`no step ${id}`)
  return found
}

/** Steps that would stop the run, as they were judged over one status; each earlier step is taken to have succeeded. */
export function failing(name: string, inputs: Record<string, string>, status: ClusterStatus): string[] {
  const { runbook: book } = runbook(name)
  const ids = book.steps.map(each => each.id)
  const steps = Object.fromEntries(ids.map(id => [id, { outcome: 'succeeded', exitCode: 0, stdout: '' }]))
  return book.steps.flatMap(each => {
    if (each.kind !== 'check') return []
    const compiled = compileExpression(each.check, scopeOfValues(inputs, ids, 'step'), 'bool')
    if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join('\n'))
    const value = compiled.value.evaluate({
      inputs,
      status,
      functions: clusterFunctions(status, inventoryOf(status)),
      steps,
    })
    if (!value.ok) return [`${each.id}: ${value.reason}`]
    return value.value ? [] : [each.id]
  })
}

/** Whether a wait is over, for a status. */
export function arrived(name: string, id: string, inputs: Record<string, string>, status: ClusterStatus): boolean {
  const { runbook: book } = runbook(name)
  const wait = book.steps.find(each => each.id === id)
  const ids = book.steps.map(each => each.id)
  const steps = Object.fromEntries(ids.map(each => [each, { outcome: 'succeeded', exitCode: 0, stdout: '' }]))
  const compiled = compileExpression(wait?.kind === 'wait' ? wait.wait : '', scopeOfValues(inputs, ids, 'step'), 'bool')
  if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join('\n'))
  const value = compiled.value.evaluate({
    inputs,
    status,
    functions: clusterFunctions(status, inventoryOf(status)),
    steps,
  })
  return value.ok && value.value
}
