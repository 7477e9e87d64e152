import type { types } from '@slack/bolt'
import { RUN_ACTIONS, type RunAction, type RunView } from '../../../transcripts/view.ts'
import { cut } from '../limits.ts'
import type { Block } from './rich.ts'
import { shown } from './shown.ts'

/** Names of what can be pressed, as Slack reports them. */
export const ACTIONS = {
  approve: 'ha_approve',
  deny: 'ha_deny',
  details: 'ha_details',
  stop: 'ha_stop',
  resume: 'ha_resume',
  markDone: 'ha_mark_done',
  suggestion: 'ha_suggestion',
} as const

const RUN_BLOCK = 'run:'

/**
 * The buttons of a run. They carry no authority: the value of Approve and Deny is the gate's random token, and the server decides
 * what it stands for; the block's id only says which run to look at (slack-platform.md §1.6).
 */
export function buttons(view: RunView, only: readonly RunAction[] = RUN_ACTIONS): Block[] {
  const elements = view.actions.filter(action => only.includes(action)).flatMap(action => button(action, view))
  return elements.length > 0 ? [{ type: 'actions', block_id: `${RUN_BLOCK}${view.run}`, elements }] : []
}

/** The run that a pressed button belongs to, from its block's id. */
export function runOfBlock(blockId: string): string | undefined {
  return blockId.startsWith(RUN_BLOCK) ? blockId.slice(RUN_BLOCK.length) : undefined
}

function button(action: RunAction, view: RunView): types.Button[] {
  const token = view.gate?.token
  switch (action) {
    case 'approve':
      return token ? [{ ...plain('Review and approve', ACTIONS.approve, token), style: 'primary' }] : []
    case 'deny':
      return token ? [{ ...plain('Deny', ACTIONS.deny, token), style: 'danger' }] : []
    case 'resume':
      return [{ ...plain('Look again', ACTIONS.resume, view.run), style: 'primary' }]
    case 'mark-done':
      return [plain('Mark as done', ACTIONS.markDone, view.run)]
    case 'details':
      return [plain('Details', ACTIONS.details, view.run)]
    case 'stop':
      return [stopButton(view)]
  }
}

/** Of a run that has ended as unknown, a stop says that somebody has looked and that others may have the cluster. */
function stopButton(view: RunView): types.Button {
  if (view.mark === 'unknown')
    return { ...plain('Stop here', ACTIONS.stop, view.run), style: 'danger', confirm: freeConfirm(view) }
  return { ...plain('Stop', ACTIONS.stop, view.run), style: 'danger', confirm: stopConfirm(view) }
}

export function plain(text: string, action_id: string, value: string): types.Button {
  return { type: 'button', text: { type: 'plain_text', text, emoji: false }, action_id, value }
}

function stopConfirm(view: RunView): types.ConfirmationDialog {
  const text = 'No further step begins. A command that runs on a node now is ended there. What was done stays done.'
  return confirmation(`Stop #${view.number}?`, text, 'Stop it', 'Let it run')
}

function freeConfirm(view: RunView): types.ConfirmationDialog {
  const cluster = cut(shown(view.cluster), 100)
  const text = `Press this when you have looked. What came of #${view.number} stays unknown, nothing of it follows, and ${cluster} is free for others.`
  return confirmation(`Stop #${view.number} here?`, text, 'Give it free', 'Keep it held')
}

function confirmation(title: string, text: string, confirm: string, deny: string): types.ConfirmationDialog {
  const label = (words: string): types.PlainTextElement => ({ type: 'plain_text', text: words })
  return { title: label(title), text: label(text), confirm: label(confirm), deny: label(deny), style: 'danger' }
}
