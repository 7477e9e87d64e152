import { canonicalJson } from '../canonical.ts'
import { attestedText } from '../policy/attest.ts'
import type { Request, Speaker } from './events.ts'

/** What a speaker signs to ask for a run: everything that decides what will be planned, not only the words. */
export function requestText(run: string, request: Request, speaker: Speaker, at: number): string {
  return attestedText('request', { run, person: speaker.person, text: canonicalJson(request), at })
}

export interface SignedDecision {
  readonly run: string
  readonly gate: string
  readonly digest: string
  readonly decision: 'approve' | 'deny'
  readonly reason: string
}

/** What a speaker signs to approve or deny: bound to the digest of the plan that was shown. */
export function decisionText(signed: SignedDecision, speaker: Speaker, at: number): string {
  const { reason: text, ...rest } = signed
  return attestedText('decision', { ...rest, person: speaker.person, text, at })
}

/** What a speaker signs to stop a run. */
export function stopText(run: string, reason: string, speaker: Speaker, at: number): string {
  return attestedText('stop', { run, person: speaker.person, text: reason, at })
}

/** What a speaker signs to have a run of unknown outcome looked at again. */
export function resumeText(run: string, reason: string, speaker: Speaker, at: number): string {
  return attestedText('resume', { run, person: speaker.person, text: reason, at })
}

/** What a speaker signs to say that a step of unknown outcome is done. */
export function markText(run: string, step: string, reason: string, speaker: Speaker, at: number): string {
  return attestedText('mark-done', { run, step, person: speaker.person, text: reason, at })
}

/** What a speaker signs to have the cluster taken from a run. */
export function takeOverText(run: string, reason: string, speaker: Speaker, at: number): string {
  return attestedText('take-over', { run, person: speaker.person, text: reason, at })
}
