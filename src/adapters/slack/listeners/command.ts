import type { App, RespondFn } from '@slack/bolt'
import type { Answer } from '../../../commands/desk.ts'
import type { Message } from '../blocks/rich.ts'
import { answerMessage, NOT_YET } from './answers.ts'
import type { ListenerParts } from './parts.ts'
import { say } from './say.ts'
import { typed } from './typed.ts'

/** Slack gives three seconds; what is left is for the way there and back. */
const ANSWER_MS = 2_500

/** `/ha …`: to the desk, which journals it; acknowledged only then, with what the asker may believe. */
export function listenToCommand(app: App, parts: ListenerParts): void {
  app.command('/ha', async ({ command, ack, respond }) => {
    const { user_id: user, user_name: handle, channel_id: channel, trigger_id: key } = command
    const answering = say(parts, { text: typed(command.text), user, handle, channel, key })
    const answer = await within(parts, answering, ANSWER_MS)
    if (answer) return await acknowledge(parts, ack, respond, answerMessage(answer, parts))
    await acknowledge(parts, ack, respond, NOT_YET)
    await followUp(parts, respond, answerMessage(await answering, parts))
  })
}

async function within(parts: ListenerParts, answering: Promise<Answer>, ms: number): Promise<Answer | undefined> {
  const waiting = new AbortController()
  try {
    return await Promise.race([answering, parts.clock.sleep(ms, waiting.signal).then(() => undefined)])
  } finally {
    waiting.abort()
  }
}

type Ack = (message: { response_type: 'ephemeral'; text: string; blocks: Message['blocks'][number][] }) => Promise<void>

/** The socket may have closed meanwhile; then the answer takes the other way. */
async function acknowledge(parts: ListenerParts, ack: Ack, respond: RespondFn, message: Message): Promise<void> {
  try {
    await ack({ response_type: 'ephemeral', text: message.text, blocks: [...message.blocks] })
  } catch {
    await followUp(parts, respond, message)
  }
}

/** A second message to the same person, by the command's own address. */
export async function followUp(
  parts: ListenerParts,
  respond: RespondFn,
  message: Message,
  replace = false,
): Promise<void> {
  const content = { text: message.text, blocks: [...message.blocks] }
  try {
    await respond({ response_type: 'ephemeral', replace_original: replace, ...content })
  } catch (error) {
    parts.log.error({ error: error instanceof Error ? error.message : '' }, 'the answer to a command did not arrive')
  }
}
