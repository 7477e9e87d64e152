import { z } from 'zod'
import type { ClusterStatus } from '../clusters/status.ts'
import type { Problem } from '../problem.ts'
import { Facts, Plan } from '../runbooks/plan.ts'
import { Measured } from './measured.ts'
import { OUTCOMES } from './outcome.ts'

/** Who said something, and how we know. `person` is a name from the configuration, "" when the speaker is not in it. */
export const Speaker = z.strictObject({
  person: z.string(),
  via: z.enum(['slack', 'cli']),
  /** Shown to people: `Ana`. */
  name: z.string(),
  slackUser: z.string().optional(),
  /** Slack channel the words were said in. */
  channel: z.string().optional(),
})
export type Speaker = z.infer<typeof Speaker>

/** Proof that the words are the speaker's: the bot's signature for Slack, the person's own SSH signature for a terminal. */
export const Attestation = z.strictObject({
  by: z.enum(['bot', 'person', 'none']),
  /** Bot: base64 Ed25519. Person: armoured `ssh-keygen -Y sign` output. */
  signature: z.string(),
  /** Wall clock of the signer in ms, part of what is signed. */
  at: z.number(),
})
export type Attestation = z.infer<typeof Attestation>

/** How one step, or one execution of it on one node, ended. `warned`: a check of level `warn` that does not hold. */
export const StepOutcome = z.enum([
  'succeeded',
  'warned',
  'failed',
  'errored',
  'timed-out',
  'unknown',
  'cancelled',
  'skipped',
])
export type StepOutcome = z.infer<typeof StepOutcome>

/** One stream of one execution: the whole is in the archive's `file`, masked; `tail` is its end for the card. */
export const OutputRef = z.strictObject({
  file: z.string(),
  bytes: z.number().int().min(0),
  sha256: z.string(),
  tail: z.string(),
})
export type OutputRef = z.infer<typeof OutputRef>

const step = { step: z.string() }
const onHost = { ...step, host: z.string(), attempt: z.number().int().min(1) }
const gate = { gate: z.string() }

/** The words as parsed: `args` are raw, by input name; they are resolved against the cluster when the plan is made. */
export const Request = z.strictObject({
  text: z.string(),
  runbook: z.string(),
  args: z.record(z.string(), z.string()),
  cluster: z.string().optional(),
  overrides: z.array(z.strictObject({ step: z.string(), reason: z.string() })),
})
export type Request = z.infer<typeof Request>

export const RunEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('requested'), request: Request, speaker: Speaker, attestation: Attestation }),
  z.strictObject({ type: z.literal('leg-started'), leg: z.number().int(), worker: z.string() }),
  z.strictObject({ type: z.literal('refused'), problems: z.array(z.custom<Problem>()) }),
  z.strictObject({ type: z.literal('planned'), plan: Plan, digest: z.string(), status: z.custom<ClusterStatus>() }),
  z.strictObject({
    type: z.literal('gate-opened'),
    ...gate,
    digest: z.string(),
    text: z.string(),
    count: z.number().int(),
    from: z.array(z.string()),
    confirm: z.string(),
    /** Redis TIME in ms. */
    expiresAt: z.number(),
    /** Random; the only thing a button carries. */
    token: z.string(),
    /** What is true as it opens behind changes of this run: their effects are expected. Without it the facts of the plan count. */
    facts: Facts.optional(),
  }),
  z.strictObject({
    type: z.literal('decided'),
    ...gate,
    digest: z.string(),
    decision: z.enum(['approve', 'deny']),
    reason: z.string(),
    speaker: Speaker,
    attestation: Attestation,
  }),
  z.strictObject({
    type: z.literal('gate-closed'),
    ...gate,
    result: z.enum(['approved', 'denied', 'expired', 'void', 'cancelled']),
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal('lease-taken'), cluster: z.string(), epoch: z.number().int() }),
  z.strictObject({ type: z.literal('lease-released'), cluster: z.string(), epoch: z.number().int() }),
  /** `again`: a check that is repeated after the gate. */
  z.strictObject({ type: z.literal('step-started'), ...step, again: z.boolean() }),
  /** For a change this is the intention, journalled before anything is sent. */
  z.strictObject({
    type: z.literal('execution-started'),
    ...onHost,
    operation: z.string(),
    /** Of a change: SHA-256 of the script, and the epoch of the lease it is sent under. */
    bundle: z.string().optional(),
    epoch: z.number().int().optional(),
  }),
  z.strictObject({ type: z.literal('step-progress'), ...step, host: z.string(), text: z.string() }),
  z.strictObject({
    type: z.literal('execution-finished'),
    ...onHost,
    outcome: StepOutcome,
    /** -1 when there was none. */
    exitCode: z.number().int(),
    reason: z.string(),
    durationMs: z.number(),
    stdout: OutputRef.optional(),
    stderr: OutputRef.optional(),
    /** It may have begun on the node, whatever came of it. Of a change that was ended half-way this is true. */
    begun: z.boolean().optional(),
    /** Of a change: what the node's own record says, in words. */
    record: z.string().optional(),
    /** Of a change: both streams are, byte for byte, what the node has in its files. */
    complete: z.boolean().optional(),
    /** What of the output the archive does not have, and why; in words. */
    lost: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('step-finished'),
    ...step,
    again: z.boolean(),
    outcome: StepOutcome,
    reason: z.string(),
    durationMs: z.number(),
    measured: Measured.optional(),
  }),
  z.strictObject({ type: z.literal('stop-requested'), speaker: Speaker, reason: z.string(), attestation: Attestation }),
  /** What was approved no longer holds: the latest gate is void. Without changes so far a new plan is made; else the gate opens anew. */
  z.strictObject({ type: z.literal('drifted'), ...gate, changes: z.array(z.string()).min(1) }),
  /** After an unknown outcome: a person wants it looked at again, and carried on if what is found allows that. */
  z.strictObject({ type: z.literal('resumed'), speaker: Speaker, reason: z.string(), attestation: Attestation }),
  /** After an unknown outcome: a person has looked and says that this step is done. Carried on once enough people say so (marks.ts). */
  z.strictObject({
    type: z.literal('marked-done'),
    ...step,
    speaker: Speaker,
    reason: z.string(),
    attestation: Attestation,
  }),
  /** A person wants the cluster taken from this run; a second one must say the same. */
  z.strictObject({
    type: z.literal('take-over-asked'),
    speaker: Speaker,
    reason: z.string(),
    attestation: Attestation,
  }),
  /** It was taken: no operation of this run's epoch begins on the nodes that answered. `silent` did not. */
  z.strictObject({
    type: z.literal('taken-over'),
    cluster: z.string(),
    epoch: z.number().int(),
    fenced: z.array(z.string()),
    silent: z.array(z.string()),
  }),
  /** Redis had forgotten entries of this run; they are back from the archive. Nothing begins by itself until somebody resumes it. */
  z.strictObject({ type: z.literal('restored'), entries: z.number().int().min(1) }),
  z.strictObject({ type: z.literal('undo-offered'), ...step, command: z.string(), hosts: z.array(z.string()) }),
  z.strictObject({
    type: z.literal('finished'),
    outcome: z.enum(OUTCOMES),
    /** One sentence: `server2 runs on node5`. */
    summary: z.string(),
    /** What stays behind, in words; empty when nothing. */
    leftBehind: z.array(z.string()),
    /** What to do next, most useful first. */
    next: z.array(z.string()),
    /** What was true at the end, as far as it could be read. */
    status: z.custom<ClusterStatus>().optional(),
    /** Of an unknown outcome: what was sent, what the node's own record says, what the cluster says now; a line each. */
    evidence: z.array(z.string()).optional(),
  }),
])
export type RunEvent = z.infer<typeof RunEvent>
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

/** An event in its place: `seq` counts from 1 without gaps, `at` is Redis TIME in ms, `hash` covers `prev` and all the rest. */
export interface Entry {
  readonly run: string
  readonly number: number
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly prev: string
  readonly hash: string
  readonly event: RunEvent
}
