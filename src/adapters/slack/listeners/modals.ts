import type { types } from '@slack/bolt'
import { loadingModal } from '../blocks/modals.ts'
import { told } from '../blocks/notes.ts'
import { call } from '../calls.ts'
import { tellPrivately } from './answers.ts'
import { type Click, channelOf } from './clicks.ts'
import type { ListenerParts } from './parts.ts'

const LATE = 'Slack did not open the window in time. Nothing was decided; please press again.'

/**
 * Opens a window at once, before anything is looked up, because the click's trigger lives three seconds, and fills it with what
 * `fill` finds. Says so when the window could not be opened.
 */
export async function openModal(
  parts: ListenerParts,
  body: Click,
  title: string,
  fill: () => Promise<types.ModalView>,
): Promise<void> {
  const opened = await call(() => parts.client.views.open({ trigger_id: body.trigger_id, view: loadingModal(title) }))
  const { channel, thread } = channelOf(body)
  const shown = opened.kind === 'ok' ? opened.value.view : undefined
  if (!shown?.id) return await tellPrivately(parts, { user: body.user.id, channel, thread }, told(LATE, false))
  const view = await fill()
  const hash = shown.hash ? { hash: shown.hash } : {}
  const filled = await call(() => parts.client.views.update({ view_id: shown.id ?? '', ...hash, view }))
  if (filled.kind !== 'ok')
    parts.log.warn({ because: 'error' in filled ? filled.error : filled.kind }, 'a window could not be filled')
}
