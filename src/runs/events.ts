import { z } from 'zod'
import type { ClusterStatus } from '../clusters/status.ts'
import type { Problem } from '../problem.ts'
import { Plan } from '../runbooks/plan.ts'
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
  z.strictObject({ type: z.literal('execution-started'), ...onHost, operation: z.string() }),
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
  }),
  z.strictObject({
    type: z.literal('step-finished'),
    ...step,
    again: z.boolean(),
    outcome: StepOutcome,
    reason: z.string(),
    durationMs: z.number(),
  }),
  z.strictObject({ type: z.literal('stop-requested'), speaker: Speaker, reason: z.string(), attestation: Attestation }),
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
