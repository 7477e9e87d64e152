import type { Problem } from '../problem.ts'
import { OWN_VERBS } from './own-verbs.ts'

const WHAT = {
  'mark-done': 'say what you have seen',
  'take-over': 'say why',
} as const

/** Words that others act on must say why. `excerpt` shows where it is missing, if somebody typed it. */
export function needsReason(verb: keyof typeof WHAT, reason: string, excerpt?: string): Problem[] {
  if (reason.trim() !== '') return []
  return [
    {
      code: 'needs-reason',
      message: `${verb} needs a reason: ${WHAT[verb]}. It is part of the transcript.`,
      ...(excerpt !== undefined && { excerpt }),
      stillTrue: 'Your word was not counted.',
      next: `Write: /ha ${OWN_VERBS[verb].usage}`,
    },
  ]
}
