import type { RunRecord, RunState } from '../../../runs/state.ts'
import { answer } from '../blocks/answer.ts'
import { showCard } from './card-post.ts'
import { type DeliveryParts, DONE, type Pass, type Progress } from './delivery.ts'
import { mayNotWrite, placeOf, strand } from './place.ts'
import { isRefused, tellRefusal } from './private-posts.ts'
import { rowKey } from './store.ts'
import { callApprovers, type Thread, tellEnd, tellSteps } from './thread-posts.ts'
import { fileTranscript } from './transcript-post.ts'

/** Brings what Slack shows of a run up to date, one pass; what is already there is not sent again. */
export async function deliver(parts: DeliveryParts, record: RunRecord, signal: AbortSignal): Promise<Progress> {
  const pass: Pass = { record, view: parts.view(record, parts.clock.now()), signal }
  const how = presentation(record.state)
  if (how === 'nothing') return { kind: 'done', silent: true }
  if (how === 'refusal') return await tellRefusal(parts, pass)
  return how === 'answer' ? await postAnswer(parts, pass) : await cardAndThread(parts, pass)
}

type Presentation = 'nothing' | 'refusal' | 'answer' | 'card'

/**
 * A change has a card as soon as it asks or acts. What only reads is answered once, at its end, and from a terminal not at all. What
 * was refused concerns its asker alone; what ended otherwise is shown even without a plan, because somebody waits for it.
 */
function presentation(state: RunState): Presentation {
  if (isRefused(state)) return 'refusal'
  if (state.plan?.runbook.risk === 'read') return readPresentation(state)
  return state.gates.length > 0 || state.lease || state.finished ? 'card' : 'nothing'
}

function readPresentation(state: RunState): Presentation {
  if (!state.finished || state.speaker.via === 'cli') return 'nothing'
  return state.finished.outcome === 'succeeded' ? 'answer' : 'card'
}

async function postAnswer(parts: DeliveryParts, pass: Pass): Promise<Progress> {
  const place = await placeOf(parts, pass.record.state)
  if (!place) return DONE
  const key = rowKey(pass.view.run, place.stranded ? 'answer-private' : 'answer')
  const posted = await parts.outbox.post(
    { key, channel: place.channel, message: answer(pass.record.state, pass.view, parts.clock.now()) },
    pass.signal,
  )
  if (posted.kind === 'later') return posted
  if (posted.kind === 'sent') return DONE
  const moved = !place.stranded && mayNotWrite(posted.error) && (await strand(parts, pass.record.state))
  if (moved) return { kind: 'later', afterMs: 0, because: posted.error }
  parts.log.error({ key, error: posted.error }, 'Slack does not take this answer')
  return DONE
}

async function cardAndThread(parts: DeliveryParts, pass: Pass): Promise<Progress> {
  const card = await showCard(parts, pass)
  if (card.kind !== 'shown') return card
  const thread: Thread = { channel: card.channel, thread: card.thread }
  const changes = pass.record.state.plan?.runbook.risk !== 'read'
  for (const post of changes ? [callApprovers, tellSteps, tellEnd, fileTranscript] : []) {
    const progress = await post(parts, pass, thread)
    if (progress.kind === 'later') return progress
  }
  return DONE
}
