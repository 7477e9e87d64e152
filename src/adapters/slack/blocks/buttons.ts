import type { types } from '@slack/bolt'
import type { RunAction, RunView } from '../../../transcripts/view.ts'
import type { Block } from './rich.ts'

/** Names of what can be pressed, as Slack reports them. */
export const ACTIONS = {
  approve: 'ha_approve',
  deny: 'ha_deny',
  details: 'ha_details',
  stop: 'ha_stop',
  suggestion: 'ha_suggestion',
} as const

const RUN_BLOCK = 'run:'

/**
 * The buttons of a run. They carry no authority: the value of Approve and Deny is the gate's random token, and the server decides
 * what it stands for; the block's id only says which run to look at (slack-platform.md §1.6).
 */
export function buttons(view: RunView, only: readonly RunAction[] = ['approve', 'deny', 'details', 'stop']): Block[] {
  const elements = view.actions.filter(action => only.includes(action)).flatMap(action => button(action, view))
  return elements.length > 0 ? [{ type: 'actions', block_id: `${RUN_BLOCK}${view.run}`, elements }] : []
}

/** The run that a pressed button belongs to, from its block's id. */
export function runOfBlock(blockId: string): string | undefined {
  return blockId.startsWith(RUN_BLOCK) ? blockId.slice(RUN_BLOCK.length) : undefined
}

function button(action: RunAction, view: RunView): types.Button[] {
  const token = view.gate?.token
  if (action === 'approve')
    return token ? [{ ...plain('Review and approve', ACTIONS.approve, token), style: 'primary' }] : []
  if (action === 'deny') return token ? [{ ...plain('Deny', ACTIONS.deny, token), style: 'danger' }] : []
  if (action === 'details') return [plain('Details', ACTIONS.details, view.run)]
  return [{ ...plain('Stop', ACTIONS.stop, view.run), style: 'danger', confirm: stopConfirm(view) }]
}

export function plain(text: string, action_id: string, value: string): types.Button {
  return { type: 'button', text: { type: 'plain_text', text, emoji: false }, action_id, value }
}

function stopConfirm(view: RunView): types.ConfirmationDialog {
  const text =
    'No further step begins. A command that runs on a node now may run on there, and is then called unknown. What was done stays done.'
  return {
    title: { type: 'plain_text', text: `Stop #${view.number}?` },
    text: { type: 'plain_text', text },
    confirm: { type: 'plain_text', text: 'Stop it' },
    deny: { type: 'plain_text', text: 'Let it run' },
    style: 'danger',
  }
}
