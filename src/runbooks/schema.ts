import { z } from 'zod'
import { STACKS } from '../clusters/inventory.ts'
import { Duration } from './duration.ts'

/** A name that becomes a shell variable: POSIX leaves lower case to applications. */
export const VARIABLE_PATTERN = /^[a-z][a-z0-9_]*$/
export const RUNBOOK_NAME_PATTERN = /^[a-z][a-z0-9-]*$/
export const STEP_ID_PATTERN = /^[a-z][a-z0-9_-]*$/
const RANGE_PATTERN = /^[\^~]?\d+\.\d+\.\d+$/
const OWNER_PATTERN = /^[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?$/
const MODE_PATTERN = /^0?[0-7]{3}$/
const SOURCE_PATTERN = /^(?!(?:.*\/)?\.\.?(?:\/|$))[^/\p{Cc}]+(?:\/[^/\p{Cc}]+)*$/u
const PATH_PATTERN = /^(?!.*\/\.\.?(?:\/|$))(?:\/[^/\p{Cc}]+)+$/u

export const RISKS = ['read', 'disruptive', 'destructive'] as const
export type Risk = (typeof RISKS)[number]

export const INPUT_TYPES = ['group', 'node', 'cluster', 'string', 'number', 'boolean', 'choice', 'duration'] as const
export type InputType = (typeof INPUT_TYPES)[number]
/** A resolved input. A duration is held in milliseconds. */
export type InputValue = string | number | boolean

const Variable = z.string().regex(VARIABLE_PATTERN, 'must be lower case: a-z, 0-9 and _, beginning with a letter')
/** A CEL expression, bare, on one line. Checked against the runbook's own names when the file is loaded. */
const Expression = z.string().min(1).describe('A CEL expression on one line, without ${{ }}')

export const InputSpec = z.strictObject({
  type: z.enum(INPUT_TYPES),
  description: z.string().optional(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional().describe('A value, or for text an expression'),
  pattern: z.string().optional().describe('A regular expression the whole value must match'),
  options: z.array(z.string()).min(1).optional(),
})
export type InputSpec = z.infer<typeof InputSpec>

const common = {
  id: z.string().regex(STEP_ID_PATTERN, 'must begin with a letter; a-z, 0-9, _ and -').optional(),
  name: z.string().min(1).optional(),
  if: Expression.optional(),
}
const AbsolutePath = z.string().regex(PATH_PATTERN, 'must be a path from the root, without .. and without line breaks')
const failing = { 'on-failure': z.enum(['stop', 'continue', 'undo', 'ask']).optional() }

export const LEAVES = ['constraint', 'standby', 'maintenance', 'frozen'] as const
const Undo = z.union([
  z.string().min(1).describe('A script'),
  z.strictObject({ use: z.string(), with: z.record(z.string(), Expression).optional() }),
])

export const RunStep = z.strictObject({
  ...common,
  ...failing,
  run: z.string().min(1).describe('A script for POSIX sh; values arrive as shell variables, never as text'),
  hosts: z.string().min(1).optional().describe('any (default), all, or an expression that gives names'),
  serial: z.number().int().positive().optional(),
  max_fail_percentage: z.number().min(0).max(100).optional(),
  change: z.enum(['disruptive', 'destructive']).optional(),
  env: z.record(Variable, Expression).optional(),
  expect: Expression.optional(),
  unreachable: z.literal('expected').optional(),
  undo: Undo.optional(),
  leaves: z.enum(LEAVES).optional(),
  always: z.boolean().optional(),
  timeout: Duration.optional(),
  retries: z.number().int().min(0).max(20).optional(),
  delay: Duration.optional(),
})
export const CheckStep = z.strictObject({
  ...common,
  ...failing,
  check: Expression,
  level: z.enum(['must', 'warn']).optional(),
  overridable: z.boolean().optional(),
})
export const WaitStep = z.strictObject({
  ...common,
  ...failing,
  wait: Expression,
  every: Duration.optional(),
  timeout: Duration.optional(),
  stable: z.number().int().min(1).max(20).optional(),
})
export const ApproveStep = z.strictObject({
  ...common,
  approve: z.string().min(1).describe('What is asked; ${{ expressions }} are filled in when the plan is made'),
  count: z.number().int().min(1).max(10).optional(),
  from: z.array(z.string()).min(1).optional(),
  within: Duration.optional(),
  confirm: z.literal('node-name').optional(),
})
export const PauseStep = z.strictObject({ ...common, pause: Duration })

export const ProbeStep = z.strictObject({
  ...common,
  ...failing,
  probe: Expression.describe('Where clients reach a group: gives host:port, as the inventory has it'),
  every: Duration.optional(),
  timeout: Duration.optional().describe('Of one request'),
  times: z.number().int().min(1).max(20).optional().describe('So many answers in a row and the step has succeeded'),
})
export const MeasureStep = z.strictObject({
  ...common,
  ...failing,
  measure: z
    .string()
    .regex(STEP_ID_PATTERN, 'must be the id of a probe above it')
    .describe('The id of a probe step above it'),
  steady: z.number().int().min(1).max(100).optional().describe('So many answers in a row at the end'),
  timeout: Duration.optional(),
  most: Duration.optional().describe('Being without an answer for longer fails the step'),
})

const Hosts = z.string().min(1)
const IGNORED =
  'Regular expressions; what matches in a line is left out of the comparison, a line that is empty then as a whole'
const ignore = z.array(z.string().min(1)).min(1).optional().describe(IGNORED)

export const CompareStep = z.strictObject({
  ...common,
  ...failing,
  compare: z.strictObject({
    file: AbsolutePath.optional(),
    command: z.string().min(1).optional().describe('A script for POSIX sh that only reads'),
    ignore,
  }),
  hosts: Hosts.optional().describe('all (default), or an expression that gives names'),
  env: z.record(Variable, Expression).optional(),
  timeout: Duration.optional(),
})

/** What a file gets when it is put on a node, as `chown` and `chmod` take it. */
export const CopyStep = z.strictObject({
  ...common,
  ...failing,
  copy: z.strictObject({
    source: z
      .string()
      .regex(SOURCE_PATTERN, 'must be a path below the folder of files, without .. in it')
      .describe('A text file below the folder that ha.yaml names under files'),
    to: AbsolutePath,
    owner: z.string().regex(OWNER_PATTERN, 'must be a user, or user:group').optional(),
    mode: z.string().regex(MODE_PATTERN, 'must be a mode like "0640", in quotes').optional(),
    backup: AbsolutePath.optional().describe('A folder; what was there before is kept in it'),
  }),
  hosts: Hosts.optional().describe('all (default), or an expression that gives names'),
  change: z.enum(['disruptive', 'destructive']).optional(),
  timeout: Duration.optional(),
})

/** Its inner steps have kinds of their own and are read one by one (parse-steps.ts). */
export const RollingStep = z.strictObject({
  ...common,
  rolling: z.strictObject({
    hosts: Hosts.optional().describe('all (default), or an expression that gives names'),
    order: Expression.optional().describe('Names that come first, in this order; the others follow'),
    serial: z.number().int().positive().optional(),
    soak: Duration.optional().describe('A pause between two nodes'),
  }),
  steps: z.array(z.unknown()).min(1),
})

export const UseStep = z.strictObject({
  ...common,
  use: z.string().regex(RUNBOOK_NAME_PATTERN, 'is not the name of a runbook: a-z, 0-9 and -'),
  version: z.string().regex(RANGE_PATTERN, 'is not a version like 1.0.0, ^1.0.0 or ~1.0.0').optional(),
  with: z.record(z.string(), Expression).optional(),
})

/** The kinds a step can have, by the key that names it. */
export const STEP_KINDS = [
  'run',
  'check',
  'wait',
  'approve',
  'pause',
  'copy',
  'compare',
  'probe',
  'measure',
  'rolling',
  'use',
] as const
export type StepKind = (typeof STEP_KINDS)[number]

export const STEP_SCHEMAS = {
  run: RunStep,
  check: CheckStep,
  wait: WaitStep,
  approve: ApproveStep,
  pause: PauseStep,
  copy: CopyStep,
  compare: CompareStep,
  probe: ProbeStep,
  measure: MeasureStep,
  rolling: RollingStep,
  use: UseStep,
} as const satisfies Record<StepKind, z.ZodType>

/** A step as the plan sees it: its kind is spelled out and its id is always there. */
interface Identified {
  readonly id: string
}
export type Step =
  | ({ readonly kind: 'run' } & Identified & z.infer<typeof RunStep>)
  | ({ readonly kind: 'check' } & Identified & z.infer<typeof CheckStep>)
  | ({ readonly kind: 'wait' } & Identified & z.infer<typeof WaitStep>)
  | ({ readonly kind: 'approve' } & Identified & z.infer<typeof ApproveStep>)
  | ({ readonly kind: 'pause' } & Identified & z.infer<typeof PauseStep>)
  | ({ readonly kind: 'copy' } & Identified & z.infer<typeof CopyStep>)
  | ({ readonly kind: 'compare' } & Identified & z.infer<typeof CompareStep>)
  | ({ readonly kind: 'probe' } & Identified & z.infer<typeof ProbeStep>)
  | ({ readonly kind: 'measure' } & Identified & z.infer<typeof MeasureStep>)
  | ({ readonly kind: 'rolling' } & Identified & Omit<z.infer<typeof RollingStep>, 'steps'> & Nested)
  | ({ readonly kind: 'use' } & Identified & z.infer<typeof UseStep>)

interface Nested {
  readonly steps: readonly Step[]
}
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>

/** Everything of a runbook but its steps, whose kinds are told apart before their own schema is applied. */
export const RunbookHead = z.strictObject({
  apiVersion: z.literal('ha/v1'),
  name: z.string().regex(RUNBOOK_NAME_PATTERN, 'must be lower case: a-z, 0-9 and -, beginning with a letter'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a semantic version like 1.0.0'),
  stack: z.enum(STACKS),
  summary: z.string().min(1).max(120),
  command: z.string().min(1).describe('The grammar a person types: failover <group> [to <node>]'),
  risk: z.enum(RISKS),
  inputs: z.record(Variable, InputSpec).optional(),
  secrets: z.record(Variable, z.string()).optional(),
  timeout: Duration.optional(),
})

export interface Runbook extends Omit<z.infer<typeof RunbookHead>, 'inputs' | 'timeout' | 'secrets'> {
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly secrets: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly steps: readonly Step[]
}

/** A runbook with the text it was read from: the text, not the object, is what a run keeps and a lock pins. */
export interface LoadedRunbook {
  readonly runbook: Runbook
  readonly file: string
  readonly text: string
  /** Hex SHA-256 of `text`. */
  readonly sha256: string
}
