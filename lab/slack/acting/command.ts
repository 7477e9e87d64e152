import { answer } from '../api/response-url.ts'
import type { Lab } from '../lab.ts'
import { whisper } from '../messages.ts'
import type { Channel, Person } from '../store.ts'
import { type Acked, acked, type Done, undone } from './outcome.ts'
import { slashPayload } from './payloads.ts'
import { actorIn } from './who.ts'

export interface CommandAsk {
  /** User id or handle. */
  readonly user: string
  /** Channel id; #ha-pvfs unless given. */
  readonly channel?: string | undefined
  /** As typed, with the slash: `/ha failover server2`. */
  readonly text: string
}

/**
 * A person types a slash command. Settles when the app has acknowledged (its answer is shown), or after three seconds
 * without: the person reads that it did not respond (`operation_timeout`; `dispatch_failed` when no socket is open).
 */
export async function command(lab: Lab, ask: CommandAsk): Promise<Done<Acked>> {
  const where = actorIn(lab, ask.user, ask.channel)
  if (!where.ok) return where
  const { person, place } = where
  const [, name = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(ask.text.trim()) ?? []
  lab.log.add({ kind: 'person', user: person.id, did: ask.text })
  if (!lab.commands.includes(name)) {
    whisper(
      lab,
      place.id,
      person.id,
      `${name || ask.text} is not a command of this workspace. There is ${lab.commands.join(', ')}.`,
    )
    return undone('no_such_command', `commands: ${lab.commands.join(' ')}`)
  }
  const delivery = await lab.sockets.deliver(
    'slash_commands',
    slashPayload(lab, person, place, name, escaped(lab, text)),
  )
  if (!delivery.acked) {
    whisper(lab, place.id, person.id, `${name} failed: ha-bot didn't respond (${delivery.error}).`)
    return undone(delivery.error)
  }
  return showAck(lab, name, person, place, acked(delivery))
}

function showAck(lab: Lab, name: string, person: Person, place: Channel, given: Acked): Done<Acked> {
  if (given.ack['text'] === undefined && given.ack['blocks'] === undefined) return { ok: true, ...given }
  const shown = answer(lab, { channel: place.id, user: person.id }, given.ack)
  if (shown.status === 200) return { ok: true, ...given }
  whisper(lab, place.id, person.id, `${name} failed with the error "${shown.error}".`)
  return undone(shown.error ?? 'invalid_payload')
}

/** As Slack does with `should_escape`: `&<>` as entities, people and channels by id, everything else as typed. */
export function escaped(lab: Lab, text: string): string {
  const people = new Map([...lab.store.people.values()].map(person => [person.handle, person.id]))
  const channels = new Map([...lab.store.channels.values()].map(channel => [channel.name, channel.id]))
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<![\w.])@([a-z][\w.-]*)/g, (typed, handle) =>
      people.has(handle) ? `<@${people.get(handle)}|${handle}>` : typed,
    )
    .replace(/(?<!\S)#([a-z][\w-]*)/g, (typed, name) =>
      channels.has(name) ? `<#${channels.get(name)}|${name}>` : typed,
    )
}
