import type { App, SlackViewAction, ViewSubmitAction } from '@slack/bolt'
import type { Answer } from '../../../commands/desk.ts'
import { ACTIONS, runOfBlock } from '../blocks/buttons.ts'
import { approveModal, denyModal, INPUTS, tellingModal, VIEWS } from '../blocks/modals.ts'
import { identityUnknown } from '../problems.ts'
import { answerMessage, tellPrivately } from './answers.ts'
import { type Click, channelOf, eligible, inputOf } from './clicks.ts'
import { openModal } from './modals.ts'
import type { ListenerParts } from './parts.ts'
import { closedText, currentView, isOpen, type Question, readQuestion } from './question.ts'
import { speakerOf } from './speaker.ts'

/** Approve and Deny: the button opens a window with the plan, the window's submission is the decision. */
export function listenToDecisions(app: App, parts: ListenerParts): void {
  app.action<Click>(ACTIONS.approve, async ({ ack, body, action }) => {
    await Promise.all([ack(), ask(parts, body, action.value ?? '', 'approve')])
  })
  app.action<Click>(ACTIONS.deny, async ({ ack, body, action }) => {
    await Promise.all([ack(), ask(parts, body, action.value ?? '', 'deny')])
  })
  app.view<ViewSubmitAction>(VIEWS.approve, async ({ ack, body }) => {
    const question = readQuestion(body.view.private_metadata)
    const wrong = question && mistyped(question, inputOf(body, INPUTS.confirm))
    if (wrong) return await ack({ response_action: 'errors', errors: { [INPUTS.confirm]: wrong } })
    await ack()
    await submitted(parts, body, question, 'approve')
  })
  app.view<ViewSubmitAction>(VIEWS.deny, async ({ ack, body }) => {
    await ack()
    await submitted(parts, body, readQuestion(body.view.private_metadata), 'deny')
  })
}

async function ask(parts: ListenerParts, body: Click, token: string, decision: 'approve' | 'deny'): Promise<void> {
  const title = decision === 'approve' ? 'Approve' : 'Deny'
  await openModal(parts, body, title, async () => {
    const view = await currentView(parts, runOfBlock(body.actions[0]?.block_id ?? ''))
    if (!view)
      return tellingModal(title, 'This run cannot be read now. Nothing was decided; please press again in a moment.')
    if (!isOpen(view, token)) return tellingModal(title, closedText(view, token))
    const channel = channelOf(body).channel ?? ''
    const question: Question = { run: view.run, number: view.number, token, channel, confirm: view.gate?.confirm ?? '' }
    return decision === 'approve'
      ? approveModal(view, JSON.stringify(question))
      : denyModal(view, JSON.stringify(question))
  })
}

/** Said inside the window, so that the typing can be mended; the desk compares again. */
function mistyped({ confirm }: Question, typedName: string): string | undefined {
  return confirm && typedName !== confirm ? `This must be exactly ${confirm}.` : undefined
}

async function submitted(
  parts: ListenerParts,
  body: SlackViewAction,
  question: Question | undefined,
  decision: 'approve' | 'deny',
): Promise<void> {
  if (!question || !parts.once(`decision:${body.view.id}`)) return
  const answer = await decide(parts, body, question, decision)
  await tellPrivately(parts, { user: body.user.id, channel: question.channel }, answerMessage(answer, parts))
}

async function decide(
  parts: ListenerParts,
  body: SlackViewAction,
  question: Question,
  decision: 'approve' | 'deny',
): Promise<Answer> {
  const { id, name } = body.user
  const terminal = `ha ${decision} ${question.number}`
  const who = await eligible(parts, body, terminal)
  if (!who.ok) return { kind: 'refused', problems: who.problems }
  const membership = parts.identity.membership()
  const answer = await parts.desk.decide({
    gate: { token: question.token },
    decision,
    reason: inputOf(body, INPUTS.reason),
    confirm: inputOf(body, INPUTS.confirm),
    speaker: speakerOf(parts.directory, id, name, question.channel),
    teams: group => membership.inGroup(group, id),
    attest: parts.attest,
  })
  const unsure = membership.failed()
  return answer.kind === 'refused' && unsure
    ? { kind: 'refused', problems: [identityUnknown(unsure, terminal)] }
    : answer
}
