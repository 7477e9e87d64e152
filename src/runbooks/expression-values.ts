import { describe } from '../clusters/describe.ts'
import { failuresOf, leftoversOf, survivors } from '../clusters/health.ts'
import type { Cluster } from '../clusters/inventory.ts'
import { entry, groupOf } from '../clusters/lookup.ts'
import type { ClusterStatus, Failure, GroupStatus, Leftover, Member, NodeStatus } from '../clusters/status.ts'
import { bestTarget } from '../clusters/targets.ts'
import { problemText, type Result } from '../problem.ts'
import type { InputValue } from './schema.ts'

/** What expressions ask about a cluster beyond its status; `clusterFunctions` has the real ones. */
export interface ClusterFunctions {
  readonly bestTarget: (group: string) => Result<{ readonly node: string; readonly why: string }>
  readonly survivors: (node: string) => readonly string[]
  readonly failuresOf: (group: string) => readonly Failure[]
  readonly leftoversOf: (group: string) => readonly Leftover[]
  /** Where clients reach it as the inventory says, `host:port`; "" where it does not say. */
  readonly serviceOf: (group: string) => string
  /** Throws when there is no such group: the evaluation fails then. */
  readonly describe: (group: string) => string
}

/** What a step that has ended leaves for later expressions; `stdout` and `exitCode` of its first host, absent where it ran nothing. */
export interface StepResult {
  readonly outcome: string
  readonly exitCode?: number
  readonly stdout?: string
}

/** How one execution of a `run` step ended, for its `expect`. */
export interface RunResult {
  /** -1 when there was none. */
  readonly exitCode: number
  readonly signal: string
  readonly stdout: string
  readonly stderr: string
  readonly unreachable: boolean
}

/** Everything an expression can be evaluated over. What is left out is unknown: reading it is an evaluation error. */
export interface ExpressionValues {
  readonly inputs: Readonly<Record<string, InputValue>>
  readonly status: ClusterStatus
  readonly functions: ClusterFunctions
  readonly steps?: Readonly<Record<string, StepResult>>
  readonly host?: string
  readonly result?: RunResult
}

/** The functions of a cluster, from what is written down about it and one status of it. */
export function clusterFunctions(status: ClusterStatus, cluster: Cluster): ClusterFunctions {
  return {
    bestTarget: group => bestTarget(status, cluster, group),
    survivors: node => survivors(status, node),
    failuresOf: group => failuresOf(status, group),
    leftoversOf: group => leftoversOf(status, group),
    serviceOf: group => entry(cluster.groups, group)?.service ?? '',
    describe: group => {
      const known = groupOf(status, group)
      if (!known) throw new Error(`cluster ${status.cluster} has no group "${group}"`)
      return describe(known)
    },
  }
}

// CEL knows a value by its constructor: these classes give it one. They only carry the fields declared in expression-types.ts.
export class NodeValue {
  constructor(node: NodeStatus) {
    Object.assign(this, { remote: false }, node)
  }
}
export class MemberValue {
  constructor(member: Member) {
    Object.assign(this, member)
  }
}
export class GroupValue {
  constructor(group: GroupStatus, service: string) {
    Object.assign(this, { prefers: '' }, group, {
      service,
      members: group.members.map(member => new MemberValue(member)),
    })
  }
}
export class FailureValue {
  constructor(failure: Failure) {
    Object.assign(this, failure)
  }
}
export class LeftoverValue {
  constructor(leftover: Leftover) {
    Object.assign(this, leftover)
  }
}
export class FencingValue {
  constructor(fencing: ClusterStatus['fencing']) {
    Object.assign(this, fencing)
  }
}
export class ConfigurationValue {
  constructor(configuration: ClusterStatus['configuration']) {
    Object.assign(this, configuration)
  }
}

export class ClusterValue {
  readonly #functions: ClusterFunctions

  constructor(status: ClusterStatus, functions: ClusterFunctions) {
    this.#functions = functions
    Object.assign(this, { withoutQuorum: false }, status, {
      name: status.cluster,
      fencing: new FencingValue(status.fencing),
      configuration: new ConfigurationValue(status.configuration),
      nodes: mapped(status.nodes, node => new NodeValue(node)),
      groups: mapped(status.groups, group => new GroupValue(group, functions.serviceOf(group.name))),
      failures: status.failures.map(failure => new FailureValue(failure)),
      leftovers: status.leftovers.map(leftover => new LeftoverValue(leftover)),
    })
  }

  bestTarget(group: string): string {
    const best = this.#functions.bestTarget(group)
    if (!best.ok) throw new Error(best.problems.map(problemText).join(' '))
    return best.value.node
  }

  survivors(node: string): readonly string[] {
    return this.#functions.survivors(node)
  }

  failuresOf(group: string): readonly FailureValue[] {
    return this.#functions.failuresOf(group).map(failure => new FailureValue(failure))
  }

  leftoversOf(group: string): readonly LeftoverValue[] {
    return this.#functions.leftoversOf(group).map(leftover => new LeftoverValue(leftover))
  }

  describe(group: string): string {
    return this.#functions.describe(group)
  }
}

/** Output that may be JSON; only an expression that reads `json` fails when it is not. */
function parsedJson(stdout: string | undefined): unknown {
  try {
    return JSON.parse(stdout ?? '')
  } catch {
    throw new Error('the output is not JSON')
  }
}

export class StepValue {
  readonly outcome: string
  readonly exitCode: bigint | undefined
  readonly stdout: string | undefined

  constructor(step: StepResult) {
    this.outcome = step.outcome
    this.exitCode = step.exitCode === undefined ? undefined : BigInt(step.exitCode)
    this.stdout = step.stdout
  }

  get json(): unknown {
    return parsedJson(this.stdout)
  }
}

export class ResultValue {
  readonly exitCode: bigint
  readonly stdout: string

  constructor(result: RunResult) {
    Object.assign(this, result)
    this.exitCode = BigInt(result.exitCode)
    this.stdout = result.stdout
  }

  get json(): unknown {
    return parsedJson(this.stdout)
  }
}

/** The variables of an expression as CEL takes them. */
export function celContext(values: ExpressionValues): Record<string, unknown> {
  return {
    inputs: new Map(Object.entries(values.inputs)),
    cluster: new ClusterValue(values.status, values.functions),
    steps: new Map(Object.entries(values.steps ?? {}).map(([id, step]) => [id, new StepValue(step)])),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.result === undefined ? {} : { result: new ResultValue(values.result) }),
  }
}

function mapped<T, U>(values: Readonly<Record<string, T>>, make: (value: T) => U): ReadonlyMap<string, U> {
  return new Map(Object.entries(values).map(([name, value]) => [name, make(value)]))
}
