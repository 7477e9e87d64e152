import type { Answer } from '../../../commands/desk.ts'
import { card } from '../blocks/card.ts'
import { told } from '../blocks/notes.ts'
import { refusal } from '../blocks/problems.ts'
import type { Message } from '../blocks/rich.ts'
import { call } from '../calls.ts'
import type { ListenerParts } from './parts.ts'

/** What the asker alone reads at once. */
export function answerMessage(answer: Answer, parts: Pick<ListenerParts, 'view' | 'clock'>): Message {
  if (answer.kind === 'refused') return refusal(answer.problems)
  if (answer.kind === 'told') return told(answer.text, answer.preformatted)
  if (answer.kind === 'decided') return told(answer.text, false)
  if (answer.kind === 'run') return card(parts.view(answer.record, parts.clock.now()), ['details'])
  return told(accepted(answer), false)
}

function accepted({ number, again, risk }: Extract<Answer, { kind: 'accepted' }>): string {
  if (again) return `#${number} already came from these words; nothing new was started.`
  if (risk === 'read') return `Reading the cluster for #${number}… The answer follows in this channel.`
  return `Reading the cluster for #${number}… Its plan follows in this channel; nothing runs before somebody approves it.`
}

/** Said when the desk has not answered in the time that Slack leaves for an acknowledgement. */
export const NOT_YET: Message = told(
  'NOT accepted yet: ha-bot is still trying to write this down. Nothing runs until a second message here says that it was accepted.',
  false,
)

interface Asker {
  readonly user: string
  readonly channel: string | undefined
  readonly thread?: string | undefined
}

/** Tells one person something, where they are looking; in the conversation with the app where that is not possible. */
export async function tellPrivately(parts: ListenerParts, to: Asker, message: Message): Promise<void> {
  const { user, channel, thread } = to
  const content = { text: message.text, blocks: [...message.blocks] }
  const where = channel ? { channel, user, ...(thread ? { thread_ts: thread } : {}) } : undefined
  const shown = where && (await call(() => parts.client.chat.postEphemeral({ ...where, ...content })))
  if (shown?.kind === 'ok') return
  const opened = await call(() => parts.client.conversations.open({ users: user }))
  const direct = opened.kind === 'ok' ? opened.value.channel?.id : undefined
  const sent = direct ? await call(() => parts.client.chat.postMessage({ channel: direct, ...content })) : opened
  if (sent.kind !== 'ok') parts.log.error({ user, because: sent.kind }, 'somebody could not be told the answer')
}
