import type { WebClient } from '@slack/web-api'
import type { Directory } from '../../../policy/people.ts'
import type { Clock } from '../../../runs/ports.ts'
import type { RunRecord } from '../../../runs/state.ts'
import type { RunView } from '../../../transcripts/view.ts'
import type { SlackLog } from '../log.ts'
import type { Lanes } from './lanes.ts'
import type { Outbox } from './outbox.ts'
import type { OutboxStore } from './store.ts'

/** The finished transcript as a file; undefined while it is not sealed yet. */
export type TranscriptSource = (
  run: string,
) => Promise<{ readonly filename: string; readonly content: Buffer | string } | undefined>

/** What showing a run in Slack needs. */
export interface DeliveryParts {
  readonly client: WebClient
  readonly outbox: Outbox
  readonly store: OutboxStore
  readonly lanes: Lanes
  readonly view: (record: RunRecord, now: number) => RunView
  readonly load: (run: string) => Promise<RunRecord | undefined>
  readonly transcript: TranscriptSource
  readonly directory: Directory
  /** Cluster by channel id. */
  readonly channels: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly log: SlackLog
}

/** One pass over one run. */
export interface Pass {
  readonly record: RunRecord
  readonly view: RunView
  readonly signal: AbortSignal
}

/** Whether all that there is to show is in Slack; otherwise when to try again, and why. */
export type Progress =
  /** `silent`: nothing was to be said, so the next news need not wait. */
  | { readonly kind: 'done'; readonly silent?: true }
  | { readonly kind: 'later'; readonly afterMs: number; readonly because: string }

export const DONE: Progress = { kind: 'done' }
