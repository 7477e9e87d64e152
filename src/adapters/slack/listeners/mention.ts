import type { App } from '@slack/bolt'
import { answerMessage, tellPrivately } from './answers.ts'
import type { ListenerParts } from './parts.ts'
import { say } from './say.ts'
import { saidTo } from './typed.ts'

/** `@ha status`: slash commands do not work in threads, mentions do; the words are the same. */
export function listenToMentions(app: App, parts: ListenerParts): void {
  app.event('app_mention', async ({ event, body }) => {
    const { user, channel, thread_ts: thread } = event
    const foreign = 'user_team' in event && event['user_team'] !== parts.us.teamId
    if (!user || event.bot_id || foreign) return
    const text = saidTo(parts.us.botUserId, event.text)
    const answer = await say(parts, { text, user, handle: '', channel, key: body.event_id })
    await tellPrivately(parts, { user, channel, thread }, answerMessage(answer, parts))
  })
}
