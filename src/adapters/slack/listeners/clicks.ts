import type { BlockAction, ButtonAction, SlackViewAction } from '@slack/bolt'
import { bad, type Result } from '../../../problem.ts'
import { notEligible } from '../problems.ts'
import type { ListenerParts } from './parts.ts'

export type Click = BlockAction<ButtonAction>

/** Where a click happened: a message's channel and thread. */
export function channelOf(body: Click): { channel: string | undefined; thread: string | undefined } {
  const thread: unknown = body.container['thread_ts']
  return { channel: body.channel?.id, thread: typeof thread === 'string' ? thread : undefined }
}

/** Whoever pressed, as a full member of this workspace now; people of other workspaces can press buttons in shared channels. */
export async function eligible(
  parts: ListenerParts,
  body: Click | SlackViewAction,
  terminal: string,
): Promise<Result<undefined>> {
  const { id, team_id: team } = body.user
  if (team !== undefined && team !== parts.us.teamId)
    return bad(notEligible('your account belongs to another workspace'))
  return await parts.identity.check(id, terminal)
}

/** What was typed into one input of a window. */
export function inputOf(body: SlackViewAction, input: string): string {
  return body.view.state.values[input]?.[input]?.value?.trim() ?? ''
}
