import { z } from 'zod'
import { STACKS } from '../clusters/inventory.ts'
import { LEAVES, RISKS } from './schema.ts'

const Value = z.union([z.string(), z.number(), z.boolean()])
const Values = z.record(z.string(), Value)

/** Where a step stands that is inside a `rolling` or comes from another runbook. */
export const PlannedScope = z.strictObject({
  /** What the ids of its steps carry in front: `restart.node2.`. In expressions they are named without it. */
  prefix: z.string(),
  /** What `host` means in its expressions. */
  host: z.string().optional(),
  /** The runbook its expressions are from (one of the plan's `uses`) and its inputs; absent: the plan's own. */
  use: z.strictObject({ runbook: z.string(), inputs: Values }).optional(),
  /** The step that is skipped when the steps of this scope are: their `if` is judged once, when its turn has come. */
  onlyAfter: z.string().optional(),
  /** Whose turn of a rolling this is, and the how many-th. `title` is the rolling's name. */
  turn: z
    .strictObject({ title: z.string(), node: z.string(), number: z.number().int(), of: z.number().int() })
    .optional(),
})
export type PlannedScope = z.infer<typeof PlannedScope>

const identified = { id: z.string(), name: z.string(), if: z.string().optional(), scope: PlannedScope.optional() }
const OnFailure = z.enum(['stop', 'continue', 'undo', 'ask'])

/** What would take a change back: shown and approved with the run, offered when a later step fails. */
export const PlannedUndo = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('script'),
    hosts: z.array(z.string()),
    source: z.string(),
    script: z.string(),
    values: Values,
  }),
  /** `command` is what a person types to get it: `migrate server2 to node3 on pvfs`. */
  z.strictObject({ kind: z.literal('runbook'), runbook: z.string(), command: z.string(), inputs: Values }),
])
export type PlannedUndo = z.infer<typeof PlannedUndo>

export const PlannedRun = z.strictObject({
  kind: z.literal('run'),
  ...identified,
  /** Nodes, chosen when the plan was made; never another one afterwards. */
  hosts: z.array(z.string()).min(1),
  /** What the author wrote; of a file that is put in place, what is done, without the content (the step before it shows that). */
  source: z.string(),
  /** What is carried out: preamble, values assigned as shell variables, then `source`. */
  script: z.string(),
  values: Values,
  change: z.enum(['disruptive', 'destructive']).optional(),
  expect: z.string(),
  unreachable: z.literal('expected').optional(),
  timeoutMs: z.number().int().positive(),
  retries: z.number().int().min(0),
  delayMs: z.number().int().min(0),
  onFailure: OnFailure,
  undo: PlannedUndo.optional(),
  leaves: z.enum(LEAVES).optional(),
  /** What the hosts print must be the same; matches of these regular expressions are left out of the comparison. */
  compare: z.strictObject({ ignore: z.array(z.string()) }).optional(),
  /**
   * The file that this shows or puts in place, as it was approved. Its text is no part of the plan: it may hold passwords. It is read again
   * when its turn comes, and becomes the standard input of what only reads, and a part of the script of a change (copy-script.ts).
   */
  file: z.strictObject({ source: z.string(), sha256: z.string() }).optional(),
})
export const PlannedCheck = z.strictObject({
  kind: z.literal('check'),
  ...identified,
  expression: z.string(),
  level: z.enum(['must', 'warn']),
  overridable: z.boolean(),
  /** Set when the requester overrode this check: why, in their words. */
  override: z.string().optional(),
  onFailure: OnFailure,
})
export const PlannedWait = z.strictObject({
  kind: z.literal('wait'),
  ...identified,
  expression: z.string(),
  everyMs: z.number().int().positive(),
  timeoutMs: z.number().int().positive(),
  stable: z.number().int().positive(),
  onFailure: OnFailure,
})
/** A gate, the policy's demands already added to the runbook's. */
export const PlannedApprove = z.strictObject({
  kind: z.literal('approve'),
  ...identified,
  text: z.string(),
  count: z.number().int().min(1),
  from: z.array(z.string()).min(1),
  withinMs: z.number().int().positive(),
  /** What an approver must type, e.g. the node's name; "" when nothing. */
  confirm: z.string(),
})
export const PlannedPause = z.strictObject({ kind: z.literal('pause'), ...identified, forMs: z.number().int().min(0) })

/** Asks from outside the cluster: one connection each `everyMs`, opened and closed, nothing sent. */
export const PlannedProbe = z.strictObject({
  kind: z.literal('probe'),
  ...identified,
  /** `host:port`; "" where the inventory names none: then it fails and says so. */
  target: z.string(),
  everyMs: z.number().int().positive(),
  /** Of one request. */
  timeoutMs: z.number().int().positive(),
  times: z.number().int().positive(),
  onFailure: OnFailure,
})
export const PlannedMeasure = z.strictObject({
  kind: z.literal('measure'),
  ...identified,
  /** The id of the probe whose requests are counted. */
  probe: z.string(),
  steady: z.number().int().positive(),
  timeoutMs: z.number().int().positive(),
  mostMs: z.number().int().positive().optional(),
  onFailure: OnFailure,
})

export const PlannedStep = z.discriminatedUnion('kind', [
  PlannedRun,
  PlannedCheck,
  PlannedWait,
  PlannedApprove,
  PlannedPause,
  PlannedProbe,
  PlannedMeasure,
])
export type PlannedStep = z.infer<typeof PlannedStep>
export type PlannedStepOf<K extends PlannedStep['kind']> = Extract<PlannedStep, { kind: K }>

/** What the plan rests on; compared again after the gate. */
export const Facts = z.strictObject({
  /** Owner of each group when the plan was made, "" for none. */
  owners: z.record(z.string(), z.string()),
  members: z.array(z.string()),
  quorate: z.boolean(),
  configuration: z.string(),
})
export type Facts = z.infer<typeof Facts>

/**
 * Everything a run would do, as data: what is approved is the digest of this (digest.ts), so nothing that matters is left out.
 * Times are in ms; `requester` is a person's name.
 */
export const Plan = z.strictObject({
  format: z.literal(1),
  run: z.string(),
  cluster: z.string(),
  stack: z.enum(STACKS),
  runbook: z.strictObject({
    name: z.string(),
    version: z.string(),
    summary: z.string(),
    risk: z.enum(RISKS),
    sha256: z.string(),
    text: z.string(),
  }),
  /** The runbooks that this one uses, each once. */
  uses: z
    .array(z.strictObject({ name: z.string(), version: z.string(), sha256: z.string(), text: z.string() }))
    .optional(),
  /** What was typed, made canonical: `failover server2 to node5 on pvfs`. */
  command: z.string(),
  requester: z.string(),
  inputs: Values,
  /** Headline, e.g. `Failover server2 · node3 → node5`. */
  title: z.string(),
  /** Why a computed input has its value, by input: `{ node: "spare: online, runs no group" }`. */
  because: z.record(z.string(), z.string()),
  steps: z.array(PlannedStep),
  facts: Facts,
  hostKeys: z.record(z.string(), z.array(z.string())),
  timeoutMs: z.number().int().positive(),
})
export type Plan = z.infer<typeof Plan>
