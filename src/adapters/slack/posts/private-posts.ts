import type { Problem } from '../../../problem.ts'
import type { RunState } from '../../../runs/state.ts'
import { refusal } from '../blocks/problems.ts'
import type { Message } from '../blocks/rich.ts'
import { call } from '../calls.ts'
import { type DeliveryParts, DONE, type Pass, type Progress } from './delivery.ts'
import { PostRow, readRow, rowKey, writeRow } from './store.ts'

/** Tells the asker alone why nothing runs. Private messages cannot be looked up: one whose answer was lost is sent at most once more. */
export async function tellRefusal(parts: DeliveryParts, pass: Pass): Promise<Progress> {
  const { state } = pass.record
  const { slackUser: user, channel } = state.speaker
  const key = rowKey(state.run, 'refused')
  const row = await readRow(parts.store, key, PostRow)
  if (!user || !channel || row?.ts) return DONE
  const trying: PostRow = { channel, since: parts.clock.now(), unsure: true }
  await writeRow(parts.store, key, trying)
  const message = refusal(problemsOf(state))
  const called = await sendPrivately(parts, { user, channel }, message)
  if (called.kind === 'limited') return { kind: 'later', afterMs: called.afterMs, because: 'rate limited' }
  if (called.kind === 'unclear' && !row) return { kind: 'later', afterMs: 1_000, because: called.error }
  if (called.kind !== 'ok') parts.log.error({ run: state.run, error: called.error }, 'the asker could not be told')
  await writeRow<PostRow>(parts.store, key, { ...trying, unsure: false, ts: 'told' })
  return DONE
}

async function sendPrivately(parts: DeliveryParts, to: { user: string; channel: string }, message: Message) {
  const content = { text: message.text, blocks: [...message.blocks] }
  const shown = await call(() => parts.client.chat.postEphemeral({ ...to, ...content }))
  if (shown.kind !== 'refused') return shown
  const opened = await call(() => parts.client.conversations.open({ users: to.user }))
  const channel = opened.kind === 'ok' ? opened.value.channel?.id : undefined
  return channel ? await call(() => parts.client.chat.postMessage({ channel, ...content })) : shown
}

/** Whether a run ended before anybody was asked: that concerns its asker alone. */
export function isRefused(state: RunState): boolean {
  const refused = state.phase === 'finished' && (state.finished?.outcome ?? 'refused') === 'refused'
  return refused && state.gates.length === 0
}

function problemsOf(state: RunState): readonly Problem[] {
  if (state.problems.length > 0 || !state.finished) return state.problems
  const { summary, next } = state.finished
  return [{ code: 'refused', message: summary, stillTrue: 'Nothing was changed.', next: next.join(' ') }]
}
