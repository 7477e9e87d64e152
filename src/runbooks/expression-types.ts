import type {
  ClusterStatus,
  Configuration,
  Failure,
  Fencing,
  GroupStatus,
  Leftover,
  Member,
  NodeStatus,
} from '../clusters/status.ts'
import type { InputSpec, InputType } from './schema.ts'

/** What an expression can be about: name of a CEL type. */
type Fields<T> = Readonly<Record<keyof T & string, string>>

/** Every field an expression can read, by type. Written out, so that a field added to the status is a decision here as well. */
export const NODE_FIELDS = {
  name: 'string',
  online: 'bool',
  standby: 'bool',
  maintenance: 'bool',
  pending: 'bool',
  unclean: 'bool',
  shutdown: 'bool',
  dc: 'bool',
  groups: 'list<string>',
  state: 'string',
  fenceable: 'bool',
  remote: 'bool',
} as const satisfies Fields<NodeStatus>

export const MEMBER_FIELDS = {
  name: 'string',
  agent: 'string',
  role: 'string',
  nodes: 'list<string>',
  failed: 'bool',
  blocked: 'bool',
  managed: 'bool',
  pending: 'string',
} as const satisfies Fields<Member>

/** `service` is not from the cluster: the inventory says where clients reach a group. */
export const GROUP_FIELDS = {
  name: 'string',
  kind: 'string',
  node: 'string',
  nodes: 'list<string>',
  state: 'string',
  managed: 'bool',
  prefers: 'string',
  disabled: 'bool',
  members: 'list<Member>',
  bannedFrom: 'list<string>',
  service: 'string',
} as const satisfies Fields<GroupStatus & { service: string }>

export const FAILURE_FIELDS = {
  resource: 'string',
  group: 'string',
  node: 'string',
  task: 'string',
  reason: 'string',
  at: 'string',
} as const satisfies Fields<Failure>

export const LEFTOVER_FIELDS = {
  id: 'string',
  kind: 'string',
  group: 'string',
  node: 'string',
} as const satisfies Fields<Leftover>

export const FENCING_FIELDS = {
  enabled: 'bool',
  devices: 'list<string>',
  pending: 'list<string>',
} as const satisfies Fields<Fencing>

export const CONFIGURATION_FIELDS = { version: 'string', digest: 'string' } as const satisfies Fields<Configuration>

/** `name` is the cluster's own name, which a status calls `cluster`. */
export const CLUSTER_FIELDS = {
  name: 'string',
  stack: 'string',
  readAt: 'string',
  readFrom: 'list<string>',
  quorate: 'bool',
  withoutQuorum: 'bool',
  settled: 'bool',
  unsettledBecause: 'list<string>',
  dc: 'string',
  maintenance: 'bool',
  fencing: 'Fencing',
  nodes: 'map<string, Node>',
  groups: 'map<string, Group>',
  failures: 'list<Failure>',
  leftovers: 'list<Leftover>',
  configuration: 'Configuration',
} as const satisfies Fields<Omit<ClusterStatus, 'cluster'> & { name: string }>

/** `steps.<id>`; `stdout` and `json` are those of the first host. */
export const STEP_FIELDS = { outcome: 'string', exitCode: 'int', stdout: 'string', json: 'dyn' } as const

/** `result` of one execution; `json` is stdout read as JSON, `signal` is "" and `exitCode` -1 where there is none. */
export const RESULT_FIELDS = {
  exitCode: 'int',
  signal: 'string',
  stdout: 'string',
  stderr: 'string',
  json: 'dyn',
  unreachable: 'bool',
} as const

/** CEL type of an input. Numbers are doubles, so that 1 and 1.5 are of one type; a duration is a number of milliseconds. */
const INPUT_CEL_TYPES = {
  group: 'string',
  node: 'string',
  cluster: 'string',
  string: 'string',
  choice: 'string',
  number: 'double',
  duration: 'double',
  boolean: 'bool',
} as const satisfies Record<InputType, string>

export type InputCelType = (typeof INPUT_CEL_TYPES)[InputType] | 'dyn'

export function inputCelTypes(inputs: Readonly<Record<string, InputSpec>>): Record<string, InputCelType> {
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, INPUT_CEL_TYPES[spec.type]]))
}
