import type { Channel, Person, Store, Usergroup } from './store.ts'

/** Who the workspace and the app are, towards Slack's API. The tokens are good for this workspace alone. */
export const IDENTITY = {
  teamId: 'T0HALAB',
  teamName: 'HA lab',
  teamDomain: 'ha-lab',
  appId: 'A0HABOT',
  botId: 'B0HABOT',
  botUserId: 'U0HABOT',
  botToken: 'xoxb-lab-ha-bot',
  appToken: 'xapp-lab-ha-bot',
} as const

const PEOPLE: readonly Person[] = [
  { id: 'U0ANA', handle: 'ana', name: 'Ana', kind: 'oncall', flags: {} },
  { id: 'U0BO', handle: 'bo', name: 'Bo', kind: 'oncall', flags: {} },
  { id: 'U0CY', handle: 'cy', name: 'Cy', kind: 'oncall', flags: {} },
  { id: 'U0DEE', handle: 'dee', name: 'Dee', kind: 'member', flags: {} },
  { id: 'U0GUS', handle: 'gus', name: 'Gus', kind: 'guest', flags: { is_restricted: true } },
  { id: 'U0EX', handle: 'ex', name: 'Ex', kind: 'deleted', flags: { deleted: true } },
  { id: IDENTITY.botUserId, handle: 'ha', name: 'ha-bot', kind: 'bot', flags: { is_bot: true } },
]

const EVERYONE = PEOPLE.filter(person => person.kind !== 'deleted').map(person => person.id)

const CHANNELS: readonly Channel[] = [
  {
    id: 'C0HA',
    name: 'ha-pvfs',
    topic: 'The pvfs cluster: changes are asked for and approved here',
    members: EVERYONE,
  },
  { id: 'C0GENERAL', name: 'general', topic: 'Everything else', members: EVERYONE },
]

const USERGROUPS: readonly Usergroup[] = [
  { id: 'S0ONCALL', handle: 'oncall', name: 'On call', users: ['U0ANA', 'U0BO', 'U0CY'] },
]

/** Puts the workspace back to how it starts: people, channels and groups, nothing said. */
export function seed(store: Store): void {
  store.messages.length = 0
  store.views.clear()
  store.files.clear()
  store.choices.clear()
  store.suggestions.clear()
  refill(store.people, PEOPLE)
  refill(store.channels, CHANNELS)
  refill(store.usergroups, USERGROUPS)
}

function refill<T extends { readonly id: string }>(map: Map<string, T>, items: readonly T[]): void {
  map.clear()
  for (const item of items) map.set(item.id, item)
}
