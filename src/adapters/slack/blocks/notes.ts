import { MARKS, type RunView, type StepView } from '../../../transcripts/view.ts'
import { cut, LIMITS } from '../limits.ts'
import { headline } from './card.ts'
import { type Block, bold, type Inline, line, type Message, moment, preformatted, rich, words } from './rich.ts'
import { escaped } from './shown.ts'
import { stepLine, stepParts } from './steps.ts'

/** A plain answer for the asker alone; fixed-width when columns matter. */
export function told(text: string, fixedWidth: boolean): Message {
  const body = cut(text, LIMITS.messageBytes / 3)
  return {
    text: cut(escaped(body), LIMITS.messageText),
    blocks: rich([fixedWidth ? preformatted(body) : line(words(body))]),
  }
}

/** Calls those who may approve, once per gate: editing a card notifies nobody. */
export function call(view: RunView, groups: readonly string[], people: readonly string[]): Message {
  const gate = view.gate
  const mentions: Inline[] = [
    ...groups.map(usergroup_id => ({ type: 'usergroup' as const, usergroup_id })),
    ...people.map(user_id => ({ type: 'user' as const, user_id })),
  ].flatMap(mention => [mention, words(' ')])
  const until = gate ? [words(' · open until '), moment(gate.expiresAt)] : []
  const text = `#${view.number} on ${view.cluster} waits for approval: ${view.title}`
  return { text: escaped(cut(text, 500)), blocks: rich([line(...mentions, words(cut(text, 500)), ...until)]) }
}

/** Steps that have ended since the last note, with the end of the output of those that went wrong. */
export function stepsNote(steps: readonly StepView[]): Message {
  const parts = stepParts(steps, { tail: Math.floor(2_000 / Math.max(1, steps.length)), width: 300, lines: 20 })
  return { text: cut(escaped(steps.map(stepLine).join('\n')), 1_000), blocks: rich(parts) }
}

/** How it ended, for those who wait for it: edits of the card notify nobody. */
export function endNote(view: RunView, asker: string | undefined): Message {
  const who: Inline[] = asker ? [{ type: 'user', user_id: asker }, words(' ')] : []
  const lines = [
    ...(view.ending?.lines ?? []).slice(0, 4),
    ...(view.ending?.next ?? []).slice(0, 3).map(text => `next: ${text}`),
  ]
  const head = line(...who, bold(cut(`${MARKS[view.mark]} ${view.title}`, 300)))
  return { text: headline(view), blocks: rich([head, ...lines.map(text => line(words(cut(text, 300))))]) }
}

/** Above a card that could not be posted where it was asked. */
export function strandedNote(channel: string): Block[] {
  const text =
    ' cannot be written to by ha-bot, so this comes to you alone. Invite it there, or nobody else can approve.'
  return rich([line({ type: 'channel', channel_id: channel }, words(text))])
}
