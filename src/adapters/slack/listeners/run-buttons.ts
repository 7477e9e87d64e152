import type { App } from '@slack/bolt'
import type { Answer } from '../../../commands/desk.ts'
import { ACTIONS } from '../blocks/buttons.ts'
import { detailsModal, tellingModal } from '../blocks/modals.ts'
import { answerMessage, tellPrivately } from './answers.ts'
import { type Click, channelOf, eligible } from './clicks.ts'
import { followUp } from './command.ts'
import { openModal } from './modals.ts'
import type { ListenerParts } from './parts.ts'
import { atTerminal, currentView } from './question.ts'
import { say } from './say.ts'
import { speakerOf } from './speaker.ts'

/** Details, Stop, and the one suggestion of a refusal. */
export function listenToRunButtons(app: App, parts: ListenerParts): void {
  app.action<Click>(ACTIONS.details, async ({ ack, body, action }) => {
    await Promise.all([ack(), details(parts, body, action.value ?? '')])
  })
  app.action<Click>(ACTIONS.stop, async ({ ack, body, action }) => {
    await ack()
    if (!parts.once(`stop:${body.user.id}:${action.action_ts}`)) return
    const answer = await stop(parts, body, action.value ?? '')
    await tellPrivately(parts, { user: body.user.id, ...channelOf(body) }, answerMessage(answer, parts))
  })
  app.action<Click>(ACTIONS.suggestion, async ({ ack, body, action, respond }) => {
    await ack()
    const answer = await sayAgain(parts, body, action.value ?? '', action.action_ts)
    await followUp(parts, respond, answerMessage(answer, parts), true)
  })
}

async function details(parts: ListenerParts, body: Click, run: string): Promise<void> {
  await openModal(parts, body, 'Details', async () => {
    const view = await currentView(parts, run)
    return view
      ? detailsModal(view)
      : tellingModal('Details', 'This run cannot be read now; please press again in a moment.')
  })
}

async function stop(parts: ListenerParts, body: Click, run: string): Promise<Answer> {
  const who = await eligible(parts, body, await atTerminal(parts, 'stop', run))
  if (!who.ok) return { kind: 'refused', problems: who.problems }
  const speaker = speakerOf(parts.directory, body.user.id, body.user.name ?? '', channelOf(body).channel)
  return await parts.desk.stop({ run, reason: '', speaker, attest: parts.attest })
}

/** The corrected words, said by whoever pressed: a request like any other, which runs nothing before it is approved. */
async function sayAgain(parts: ListenerParts, body: Click, text: string, at: string): Promise<Answer> {
  const { id: user, name: handle = '' } = body.user
  return await say(parts, { text, user, handle, channel: channelOf(body).channel, key: `suggestion:${user}:${at}` })
}
