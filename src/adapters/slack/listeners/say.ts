import type { Answer } from '../../../commands/desk.ts'
import { identityUnknown } from '../problems.ts'
import type { ListenerParts } from './parts.ts'
import { speakerOf } from './speaker.ts'

/** Words somebody typed, or took over from a suggestion, and where. */
export interface Said {
  readonly text: string
  readonly user: string
  readonly handle: string
  readonly channel: string | undefined
  /** Names this saying within the workspace, whatever number of times it is delivered. */
  readonly key: string
}

/** Words that use somebody's authority are checked like a press of the button; a question or a request is not a decision yet. */
const DECIDES = /^\s*(?:approve|deny|stop|resume|mark-done|take-over)\b/i

/** Brings words to the desk. Never rejects. */
export async function say(parts: ListenerParts, said: Said): Promise<Answer> {
  const terminal = `ha do "${said.text}"`
  if (DECIDES.test(said.text)) {
    const who = await parts.identity.check(said.user, terminal)
    if (!who.ok) return { kind: 'refused', problems: who.problems }
  }
  const membership = parts.identity.membership()
  const answer = await parts.desk.say({
    text: said.text,
    speaker: speakerOf(parts.directory, said.user, said.handle, said.channel),
    dedupe: `slack:${parts.us.teamId}:${said.key}`,
    teams: group => membership.inGroup(group, said.user),
    attest: parts.attest,
  })
  const unsure = membership.failed()
  return answer.kind === 'refused' && unsure
    ? { kind: 'refused', problems: [identityUnknown(unsure, terminal)] }
    : answer
}
