import type { WebClient } from '@slack/web-api'
import type { Attest, Desk, RunFeed } from '../../../commands/desk.ts'
import type { Directory } from '../../../policy/people.ts'
import type { Clock } from '../../../runs/ports.ts'
import type { RunRecord } from '../../../runs/state.ts'
import type { RunView } from '../../../transcripts/view.ts'
import type { Identity } from '../identity.ts'
import type { SlackLog } from '../log.ts'
import type { SlackIdentity } from '../sign-in.ts'
import type { Once } from './once.ts'

/** What listeners need to bring what people say and press to the desk, and its answer back. */
export interface ListenerParts {
  readonly desk: Desk
  readonly feed: RunFeed
  readonly view: (record: RunRecord, now: number) => RunView
  readonly attest: Attest
  readonly directory: Directory
  readonly identity: Identity
  readonly us: SlackIdentity
  readonly client: WebClient
  readonly once: Once
  readonly clock: Clock
  readonly log: SlackLog
}
