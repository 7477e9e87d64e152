import type { App, SlackViewAction, ViewSubmitAction } from '@slack/bolt'
import type { Answer } from '../../../commands/desk.ts'
import { ACTIONS } from '../blocks/buttons.ts'
import { INPUTS, markDoneModal, tellingModal, VIEWS } from '../blocks/modals.ts'
import { answerMessage, tellPrivately } from './answers.ts'
import { type Click, channelOf, eligible, inputOf } from './clicks.ts'
import { openModal } from './modals.ts'
import type { ListenerParts } from './parts.ts'
import { atTerminal, currentView, type OpenStep, readOpenStep } from './question.ts'
import { speakerOf } from './speaker.ts'

const TITLE = 'Mark as done'

/** Look again and Mark as done, on the card of a run whose outcome is unknown; Stop here is the stop of every run. */
export function listenToUnknownButtons(app: App, parts: ListenerParts): void {
  app.action<Click>(ACTIONS.resume, async ({ ack, body, action }) => {
    await ack()
    if (!parts.once(`resume:${body.user.id}:${action.action_ts}`)) return
    const answer = await resume(parts, body, action.value ?? '')
    await tellPrivately(parts, { user: body.user.id, ...channelOf(body) }, answerMessage(answer, parts))
  })
  app.action<Click>(ACTIONS.markDone, async ({ ack, body, action }) => {
    await Promise.all([ack(), ask(parts, body, action.value ?? '')])
  })
  app.view<ViewSubmitAction>(VIEWS.markDone, async ({ ack, body }) => {
    await ack()
    const open = readOpenStep(body.view.private_metadata)
    if (!open || !parts.once(`mark:${body.view.id}`)) return
    const answer = await markDone(parts, body, open)
    await tellPrivately(parts, { user: body.user.id, channel: open.channel }, answerMessage(answer, parts))
  })
}

async function resume(parts: ListenerParts, body: Click, run: string): Promise<Answer> {
  const who = await eligible(parts, body, await atTerminal(parts, 'resume', run))
  if (!who.ok) return { kind: 'refused', problems: who.problems }
  const speaker = speakerOf(parts.directory, body.user.id, body.user.name ?? '', channelOf(body).channel)
  return await parts.desk.resume({ run, reason: '', speaker, attest: parts.attest })
}

async function ask(parts: ListenerParts, body: Click, run: string): Promise<void> {
  await openModal(parts, body, TITLE, async () => {
    const view = await currentView(parts, run)
    if (!view) return tellingModal(TITLE, 'This run cannot be read now. Nothing was marked; please press again.')
    if (!view.open)
      return tellingModal(TITLE, `#${view.number} waits for no such word any more. Its card says how it stands.`)
    const channel = channelOf(body).channel ?? ''
    const open: OpenStep = { run: view.run, number: view.number, step: view.open.step, channel }
    return markDoneModal(view, JSON.stringify(open))
  })
}

async function markDone(parts: ListenerParts, body: SlackViewAction, open: OpenStep): Promise<Answer> {
  const { id, name } = body.user
  const who = await eligible(parts, body, `ha mark-done ${open.number} --reason "…"`)
  if (!who.ok) return { kind: 'refused', problems: who.problems }
  const reason = inputOf(body, INPUTS.reason)
  const speaker = speakerOf(parts.directory, id, name, open.channel)
  return await parts.desk.markDone({ run: open.run, step: open.step, reason, speaker, attest: parts.attest })
}
