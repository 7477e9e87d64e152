import type { types } from '@slack/bolt'
import type { RunView } from '../../../transcripts/view.ts'
import { cut, LIMITS } from '../limits.ts'
import { header } from './card.ts'
import { wholeCommand } from './commands.ts'
import { factParts } from './facts.ts'
import { type Block, bold, line, preformatted, type RichPart, rich, words } from './rich.ts'
import { stepParts } from './steps.ts'

type Modal = types.ModalView

export const VIEWS = { approve: 'ha_approve', deny: 'ha_deny', markDone: 'ha_mark_done' } as const
export const INPUTS = { confirm: 'confirm', reason: 'reason' } as const

/** Shown at once, before anything is looked up: a trigger lives three seconds (slack-platform.md §1.5). */
export function loadingModal(title: string): Modal {
  return modal(title, rich([line(words('Reading the plan…'))]))
}

/** Something that takes no answer, such as a gate that is closed by now. */
export function tellingModal(title: string, text: string): Modal {
  return modal(title, rich([line(words(text))]))
}

/** What an approver reads before agreeing: the whole plan with every command, and what has to be typed. */
export function approveModal(view: RunView, metadata: string): Modal {
  const confirm = view.gate?.confirm ? [nameInput(view.gate.confirm)] : []
  const shown = plan(view, LIMITS.modalBlocks - 2)
  const base = modal(`Approve #${view.number}`, [...shown, ...confirm, reasonInput('Reason', true)])
  return { ...base, callback_id: VIEWS.approve, submit: label('Approve'), private_metadata: metadata }
}

export function denyModal(view: RunView, metadata: string): Modal {
  const base = modal(`Deny #${view.number}`, [header(view), reasonInput('Why not', false)])
  return { ...base, callback_id: VIEWS.deny, submit: label('Deny'), private_metadata: metadata }
}

/** What somebody must have seen before a run goes on as if a step of unknown outcome had succeeded. */
export function markDoneModal(view: RunView, metadata: string): Modal {
  const evidence = view.evidence.slice(0, 20).map(text => line(words(cut(text, LIMITS.preformatted))))
  const both = view.open && view.open.people > 1 ? ['It is destructive: two people must have seen it.'] : []
  const asked = [
    line(bold(`Is this done: ${cut(view.open?.name ?? '', 300)}?`)),
    line(words('Look at the cluster first. If you say so, the run goes on behind this step as if it had succeeded.')),
    ...both.map(text => line(words(text))),
  ]
  const blocks = [header(view), ...rich([...evidence, ...asked]), reasonInput('What did you see?', false)]
  const base = modal(`Mark #${view.number} as done`, blocks)
  return { ...base, callback_id: VIEWS.markDone, submit: label('It is done'), private_metadata: metadata }
}

/** Everything about a run that a person can read in Slack; the rest is in the transcript. */
export function detailsModal(view: RunView): Modal {
  const steps = stepParts(view.steps, { tail: 1_000, width: 600, lines: 60 })
  const said = [...view.notes, ...view.evidence, ...view.decisions, ...(view.ending?.lines ?? [])].map(text =>
    line(words(text)),
  )
  return modal(`#${view.number}`, [...plan(view, LIMITS.modalBlocks - 2), ...rich(said), ...rich(steps)])
}

function plan(view: RunView, most: number): Block[] {
  const warnings = view.warnings.slice(0, 50).map(warning => line(bold(`⚠ ${cut(warning, LIMITS.preformatted)}`)))
  const digest = view.gate
    ? rich([line(bold('Digest'), words('  of the plan that is approved')), preformatted(view.gate.digest)])
    : []
  const gate = view.gate ? [line(words(cut(view.gate.text, LIMITS.preformatted)))] : []
  const head = [
    header(view),
    ...rich([line(words(cut(view.asked, LIMITS.preformatted))), ...warnings, ...gate]),
    ...rich(facts(view)),
    ...digest,
  ]
  const commands = view.commands.flatMap(command => wholeCommand(command).flatMap(part => rich([part])))
  const room = most - head.length
  if (commands.length <= room) return [...head, ...commands]
  const rest = rich([
    line(bold(`There is more than Slack can show here. Read all of it before you agree: ha show ${view.number}`)),
  ])
  return [...head, ...rest, ...commands.slice(0, room - rest.length)]
}

function facts(view: RunView): RichPart[] {
  return view.facts.flatMap(({ label, lines }) =>
    factParts(
      label,
      lines.slice(0, 50).map(text => cut(text, LIMITS.preformatted)),
    ),
  )
}

function nameInput(name: string): Block {
  return {
    type: 'input',
    block_id: INPUTS.confirm,
    label: { type: 'plain_text', text: cut(`Type ${name} to approve`, 2_000), emoji: false },
    element: { type: 'plain_text_input', action_id: INPUTS.confirm },
  }
}

function reasonInput(text: string, optional: boolean): Block {
  return {
    type: 'input',
    block_id: INPUTS.reason,
    optional,
    label: label(text),
    element: { type: 'plain_text_input', action_id: INPUTS.reason, max_length: 500 },
  }
}

function modal(title: string, blocks: readonly Block[]): Modal {
  return { type: 'modal', title: label(cut(title, LIMITS.modalTitle)), close: label('Close'), blocks: [...blocks] }
}

function label(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false }
}
