import type { Lab } from './lab.ts'
import type { Entry } from './log.ts'
import { seenMessages, seenViews } from './seen.ts'

const LAST_ENTRIES = 15

/** The conversation and the last traffic as lines, for the person who wonders why a test waits. */
export function dump(lab: Lab): string {
  const name = (user: string) => lab.store.people.get(user)?.name ?? user
  const messages = lab.store.messages.map((message, index) => {
    const seen = seenMessages(lab, {})[index]
    const to = message.onlyFor ? ` (only ${name(message.onlyFor)})` : ''
    const thread = message.thread_ts ? ' ↳' : ''
    const buttons = seen?.buttons.map(button => `[${button.text}]`).join(' ') ?? ''
    const place = lab.store.channels.get(message.channel)?.name ?? message.channel
    return `#${place}${thread} ${name(message.user)}${to}: ${seen?.said ?? ''} ${buttons}`.trimEnd()
  })
  const views = seenViews(lab).map(
    view => `modal of ${name(view.user)}: ${view.title}: ${view.said} ${JSON.stringify(view.errors)}`,
  )
  const entries = lab.log.entries().slice(-LAST_ENTRIES).map(entryLine)
  return [...messages, ...views, '-- last traffic', ...entries].join('\n')
}

function entryLine({ at, ...entry }: Entry): string {
  const time = new Date(at).toISOString().slice(11, 23)
  return `${time} ${JSON.stringify(entry).slice(0, 300)}`
}
