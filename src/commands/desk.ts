import type { Problem } from '../problem.ts'
import type { Attestation, Speaker } from '../runs/events.ts'
import type { RunRecord } from '../runs/state.ts'

/** Signs exact text on behalf of the speaker; how is the surface's business (the bot's key, or the person's SSH key). */
export type Attest = (text: string, at: number) => Promise<Attestation>

/** Something a person said, from any surface: the text after `/ha`. */
export interface Utterance {
  readonly text: string
  readonly speaker: Speaker
  /** Two deliveries of the same words carry the same key and start one run. */
  readonly dedupe: string
  /** Live membership as the surface can see it, for `approve` and `deny` in words: whether the speaker is in a Slack user group now. */
  readonly teams: (slackGroup: string) => Promise<boolean>
  readonly attest: Attest
}

export type Answer =
  /** Journalled; the run's card follows through the journal. `again`: the words had arrived before. */
  | {
      readonly kind: 'accepted'
      readonly run: string
      readonly number: number
      readonly again: boolean
      readonly risk: 'read' | 'change'
    }
  /** Answered at once, for the asker alone: help, lists, one run. `preformatted` is fixed-width. */
  | { readonly kind: 'told'; readonly text: string; readonly preformatted: boolean }
  /** Show this run to the asker (`show 42`). */
  | { readonly kind: 'run'; readonly record: RunRecord }
  | { readonly kind: 'decided'; readonly text: string; readonly run: string }
  /** Nothing runs; each problem says why and what to do. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }

/** A click on Approve or Deny, or the CLI's word for it. The gate is named by its token (Slack) or by the run (CLI). */
export interface Verdict {
  readonly gate: { readonly token: string } | { readonly run: string }
  readonly decision: 'approve' | 'deny'
  readonly reason: string
  /** What the person typed where the gate asks for a name; "" otherwise. */
  readonly confirm: string
  readonly speaker: Speaker
  /** Live membership as the surface can see it: for a Slack user group, whether the speaker is in it now. */
  readonly teams: (slackGroup: string) => Promise<boolean>
  readonly attest: Attest
}

/** What somebody says shall become of a run. */
export interface Order {
  readonly run: string
  readonly reason: string
  readonly speaker: Speaker
  readonly attest: Attest
}

export interface MarkOrder extends Order {
  /** The step the speaker was shown; without it, the one the run stands at now. */
  readonly step?: string
}

/** The one counter where every surface brings what people say. Never rejects: trouble is a `refused` answer. */
export interface Desk {
  say(utterance: Utterance): Promise<Answer>
  decide(verdict: Verdict): Promise<Answer>
  stop(order: Order): Promise<Answer>
  /** Looks again at a run of unknown outcome, and goes on if that is clear. */
  resume(order: Order): Promise<Answer>
  /** Somebody has seen that the step a run of unknown outcome stands at is done. */
  markDone(order: MarkOrder): Promise<Answer>
  /** Takes the cluster from a run that nobody gets on with. */
  takeOver(order: Order): Promise<Answer>
}

/** News of runs as the journal has them. */
export interface RunFeed {
  /** Runs that changed, oldest first; several changes of one run may come as one. Ends when `signal` fires. */
  follow(signal: AbortSignal): AsyncIterable<string>
  /** Runs that are not finished, or finished within the last hour: what a surface must look at when it starts. */
  recent(): Promise<readonly string[]>
  load(run: string): Promise<RunRecord | undefined>
}
