import type { Guard } from './guard.ts'
import { CLIENT_GUARDS } from './rooms/client.ts'
import { ENGINE_GUARDS } from './rooms/engine.ts'
import { JOURNAL_GUARDS } from './rooms/journal.ts'
import { NODE_GUARDS } from './rooms/node.ts'
import { POLICY_GUARDS } from './rooms/policy.ts'
import { QUEUE_GUARDS } from './rooms/queue.ts'
import { SSH_GUARDS } from './rooms/ssh.ts'
import { TRANSCRIPT_GUARDS } from './rooms/transcript.ts'

/** What keeps the promises: a change at most once, nothing lost, nothing guessed, nobody forges. */
export const GUARDS: readonly Guard[] = [
  ...NODE_GUARDS,
  ...CLIENT_GUARDS,
  ...SSH_GUARDS,
  ...QUEUE_GUARDS,
  ...JOURNAL_GUARDS,
  ...ENGINE_GUARDS,
  ...POLICY_GUARDS,
  ...TRANSCRIPT_GUARDS,
]
