import { createHash } from 'node:crypto'
import type { RunRecord } from '../../../runs/state.ts'
import { card } from '../blocks/card.ts'
import { strandedNote } from '../blocks/notes.ts'
import type { Message } from '../blocks/rich.ts'
import { type DeliveryParts, DONE, type Pass, type Progress } from './delivery.ts'
import type { Urgency } from './lanes.ts'
import { mayNotWrite, placeOf, strand } from './place.ts'
import { CardRow, type PlaceRow, readRow, rowKey, writeRow } from './store.ts'

type CardShown = { readonly kind: 'shown'; readonly channel: string; readonly thread: string } | Progress

/** Keeps the one card of a run: posts it once, edits it when it has something new, posts it anew when it was taken away. */
export async function showCard(parts: DeliveryParts, pass: Pass): Promise<CardShown> {
  const row = await readRow(parts.store, rowKey(pass.view.run, 'card'), CardRow)
  const out = row ?? (await postCard(parts, pass, 1))
  if ('kind' in out) return out
  return await keepCurrent(parts, pass, out)
}

async function keepCurrent(parts: DeliveryParts, pass: Pass, row: CardRow): Promise<CardShown> {
  const place: PlaceRow = { channel: row.channel, stranded: await isStranded(parts, pass) }
  const shown = { kind: 'shown', channel: row.channel, thread: row.ts } as const
  if (digest(drawn(parts, pass.record, place)) === row.shown) return shown
  let latest = ''
  async function draw(): Promise<Message> {
    const message = drawn(parts, (await parts.load(pass.view.run)) ?? pass.record, place)
    latest = digest(message)
    return message
  }
  const edited = await parts.outbox.edit({ channel: row.channel, ts: row.ts }, draw, urgency(pass), pass.signal)
  if (edited.kind === 'later') return edited
  if (edited.kind === 'gone') return await postAgain(parts, pass, row)
  if (edited.kind === 'impossible')
    parts.log.error({ run: row.ts, error: edited.error }, 'Slack does not take this card')
  await writeRow<CardRow>(parts.store, rowKey(pass.view.run, 'card'), { ...row, shown: latest })
  return shown
}

async function postAgain(parts: DeliveryParts, pass: Pass, row: CardRow): Promise<CardShown> {
  const out = await postCard(parts, pass, row.generation + 1)
  return 'kind' in out ? out : { kind: 'shown', channel: out.channel, thread: out.ts }
}

async function postCard(parts: DeliveryParts, pass: Pass, generation: number): Promise<CardRow | Progress> {
  const place = await placeOf(parts, pass.record.state)
  if (!place) return DONE
  const message = drawn(parts, pass.record, place)
  const key = rowKey(pass.view.run, `card-${generation}${place.stranded ? '-private' : ''}`)
  const posted = await parts.outbox.post({ key, channel: place.channel, message }, pass.signal)
  if (posted.kind === 'later') return posted
  if (posted.kind === 'impossible') return await elsewhere(parts, pass, place, posted.error)
  const shown = posted.now ? digest(message) : ''
  const row: CardRow = { channel: posted.channel, ts: posted.ts, shown, generation }
  await writeRow(parts.store, rowKey(pass.view.run, 'card'), row)
  return row
}

async function elsewhere(parts: DeliveryParts, pass: Pass, place: PlaceRow, error: string): Promise<Progress> {
  const moved = !place.stranded && mayNotWrite(error) ? await strand(parts, pass.record.state) : undefined
  if (moved) return { kind: 'later', afterMs: 0, because: error }
  parts.log.error({ run: pass.view.run, channel: place.channel, error }, 'Slack does not take the card of this run')
  return DONE
}

function drawn(parts: DeliveryParts, record: RunRecord, place: PlaceRow): Message {
  const message = card(parts.view(record, parts.clock.now()))
  const asked = record.state.speaker.channel
  return place.stranded && asked ? { ...message, blocks: [...strandedNote(asked), ...message.blocks] } : message
}

async function isStranded(parts: DeliveryParts, pass: Pass): Promise<boolean> {
  return (await placeOf(parts, pass.record.state))?.stranded ?? false
}

/** Decisions and ends go before progress. */
function urgency(pass: Pass): Urgency {
  const state = pass.record.state
  return state.finished || state.gates.at(-1)?.closedAt === state.updatedAt ? 'first' : 'soon'
}

function digest(message: Message): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('hex')
}
