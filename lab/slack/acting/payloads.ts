import type { Lab } from '../lab.ts'
import { messageJson } from '../messages.ts'
import { IDENTITY } from '../seed.ts'
import type { Channel, InputState, InputValue, Message, Person, View } from '../store.ts'
import { viewJson } from '../views.ts'

/** What every interaction says about who did it and where (slack-platform.md §2.3). */
export function common(person: Person): Record<string, unknown> {
  const team_id = person.flags.team_id ?? IDENTITY.teamId
  return {
    token: 'lab-verification-token',
    api_app_id: IDENTITY.appId,
    team: { id: IDENTITY.teamId, domain: IDENTITY.teamDomain },
    user: { id: person.id, username: person.handle, name: person.handle, team_id },
    is_enterprise_install: false,
    enterprise: null,
  }
}

export function slashPayload(
  lab: Lab,
  person: Person,
  channel: Channel,
  command: string,
  text: string,
): Record<string, unknown> {
  return {
    token: 'lab-verification-token',
    team_id: IDENTITY.teamId,
    team_domain: IDENTITY.teamDomain,
    channel_id: channel.id,
    channel_name: channel.direct ? 'directmessage' : channel.name,
    user_id: person.id,
    user_name: person.handle,
    command,
    text,
    api_app_id: IDENTITY.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl(lab, { channel: channel.id, user: person.id }),
    trigger_id: lab.triggers.issue(person.id),
  }
}

/** A click or a choice in a message. Of an ephemeral one Slack sends the container, not the message. */
export function messageAction(
  lab: Lab,
  person: Person,
  channel: Channel,
  message: Message,
  state: InputState,
): Record<string, unknown> {
  const { ts, thread_ts } = message
  const thread = thread_ts ? { thread_ts } : {}
  const ephemeral = message.onlyFor !== undefined
  return {
    ...common(person),
    type: 'block_actions',
    container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: ephemeral, ...thread },
    channel: { id: channel.id, name: channel.direct ? 'directmessage' : channel.name },
    ...(!ephemeral && { message: messageJson(lab, message, true) }),
    state: { values: state },
    response_url: responseUrl(lab, { channel: channel.id, user: person.id, message: ts }),
    trigger_id: lab.triggers.issue(person.id),
  }
}

export function viewAction(lab: Lab, person: Person, view: View): Record<string, unknown> {
  return {
    ...common(person),
    type: 'block_actions',
    container: { type: 'view', view_id: view.id },
    view: viewJson(view),
    trigger_id: lab.triggers.issue(person.id),
  }
}

/** The one action of a `block_actions` payload: the element's identity and what it holds now. */
export function actionOf(
  lab: Lab,
  actionId: string,
  blockId: string,
  value: InputValue,
  more: object,
): Record<string, unknown> {
  return { ...value, ...more, action_id: actionId, block_id: blockId, action_ts: lab.stamp() }
}

function responseUrl(lab: Lab, target: { channel: string; user: string; message?: string }): string {
  return `${lab.origin}/response/${lab.responseUrls.issue(target)}`
}
