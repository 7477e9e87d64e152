import { type Directory, personBySlack } from '../../../policy/people.ts'
import type { Speaker } from '../../../runs/events.ts'

/**
 * Who speaks, by the id in the payload alone: Bolt's `context.userId` can be the installer's (slack-platform.md §4.1). Somebody who
 * is not in the configuration has no person, and is shown by their handle.
 */
export function speakerOf(directory: Directory, user: string, handle: string, channel: string | undefined): Speaker {
  const person = personBySlack(directory, user)?.name ?? ''
  const name = person ? person.charAt(0).toUpperCase() + person.slice(1) : handle || user
  return { person, via: 'slack', name, slackUser: user, ...(channel ? { channel } : {}) }
}
