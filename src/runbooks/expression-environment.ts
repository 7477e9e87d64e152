import { Environment } from '@marcbachmann/cel-js'
import {
  CLUSTER_FIELDS,
  CONFIGURATION_FIELDS,
  FAILURE_FIELDS,
  FENCING_FIELDS,
  GROUP_FIELDS,
  type InputCelType,
  LEFTOVER_FIELDS,
  MEMBER_FIELDS,
  NODE_FIELDS,
  RESULT_FIELDS,
  STEP_FIELDS,
} from './expression-types.ts'
import {
  ClusterValue,
  ConfigurationValue,
  FailureValue,
  FencingValue,
  GroupValue,
  LeftoverValue,
  MemberValue,
  NodeValue,
  ResultValue,
  StepValue,
} from './expression-values.ts'

/** The names of a runbook that its expressions may use. */
export interface Names {
  readonly inputs: Readonly<Record<string, InputCelType>>
  readonly steps: readonly string[]
}

/** The fields of each type by the type's name, for suggestions; `inputs` and `steps` differ between runbooks. */
export const FIELDS_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Node: NODE_FIELDS,
  Group: GROUP_FIELDS,
  Member: MEMBER_FIELDS,
  Failure: FAILURE_FIELDS,
  Leftover: LEFTOVER_FIELDS,
  Fencing: FENCING_FIELDS,
  Configuration: CONFIGURATION_FIELDS,
  Cluster: CLUSTER_FIELDS,
  Step: STEP_FIELDS,
  Result: RESULT_FIELDS,
}

const LIMITS = { maxAstNodes: 1000, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 }

const CLASSES = {
  Node: NodeValue,
  Member: MemberValue,
  Group: GroupValue,
  Failure: FailureValue,
  Leftover: LeftoverValue,
  Fencing: FencingValue,
  Configuration: ConfigurationValue,
  Cluster: ClusterValue,
  Step: StepValue,
  Result: ResultValue,
}

function withTypes(environment: Environment): Environment {
  for (const [name, ctor] of Object.entries(CLASSES)) {
    environment.registerType(name, { ctor, fields: { ...FIELDS_OF[name] } })
  }
  return environment
    .registerVariable('cluster', 'Cluster')
    .registerVariable('host', 'string')
    .registerVariable('result', 'Result')
}

function withFunctions(environment: Environment): Environment {
  const add = (signature: string, handler: (cluster: ClusterValue, name: string) => unknown) =>
    environment.registerFunction(`Cluster.${signature}`, { handler, async: false })
  add('bestTarget(string): string', (cluster, group) => cluster.bestTarget(group))
  add('survivors(string): list<string>', (cluster, node) => cluster.survivors(node))
  add('failuresOf(string): list<Failure>', (cluster, group) => cluster.failuresOf(group))
  add('leftoversOf(string): list<Leftover>', (cluster, group) => cluster.leftoversOf(group))
  add('describe(string): string', (cluster, group) => cluster.describe(group))
  return environment
}

/** CEL keeps int and double apart; people write `inputs.count + 1 == 3`. Comparisons with < and > are already mixed. */
function withMixedNumbers(environment: Environment): Environment {
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  }
  for (const [operator, apply] of Object.entries(operators)) {
    const handler = (a: number | bigint, b: number | bigint) => apply(Number(a), Number(b))
    environment.registerOperator(`double ${operator} int: double`, handler)
    environment.registerOperator(`int ${operator} double: double`, handler)
  }
  environment.registerOperator('double == int: bool', (a: number, b: bigint) => a === Number(b))
  return environment
}

let base: Environment | undefined

function baseEnvironment(): Environment {
  base ??= withMixedNumbers(withFunctions(withTypes(new Environment({ limits: LIMITS }))))
  return base
}

const MOST_CACHED = 64
const environments = new Map<string, Environment>()

/** The one environment for a set of names; the latest few are kept. */
export function environmentFor(names: Names): Environment {
  const key = JSON.stringify([Object.entries(names.inputs), names.steps])
  const known = environments.get(key)
  if (known) return known
  const steps = Object.fromEntries(names.steps.map(id => [id, 'Step']))
  const made = baseEnvironment()
    .clone()
    .registerVariable({ name: 'inputs', schema: { ...names.inputs } })
    .registerVariable({ name: 'steps', schema: steps })
  if (environments.size >= MOST_CACHED) environments.delete(environments.keys().next().value ?? '')
  environments.set(key, made)
  return made
}
