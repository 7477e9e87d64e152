import type { App } from '@slack/bolt'
import { listenToCommand } from './command.ts'
import { listenToDecisions } from './decide.ts'
import { listenToMentions } from './mention.ts'
import type { ListenerParts } from './parts.ts'
import { listenToRunButtons } from './run-buttons.ts'
import { listenToUnknownButtons } from './unknown-buttons.ts'

/** Everything Slack can tell us, after the check that it is meant for this app in this workspace (slack-platform.md §4.4). */
export function registerListeners(app: App, parts: ListenerParts): void {
  app.use(async ({ body, next }) => {
    if (isOurs(body, parts.us)) await next()
    else parts.log.warn({ type: 'type' in body ? body.type : '' }, 'something for another app or workspace was ignored')
  })
  listenToCommand(app, parts)
  listenToMentions(app, parts)
  listenToDecisions(app, parts)
  listenToRunButtons(app, parts)
  listenToUnknownButtons(app, parts)
  app.event('subteam_members_changed', async () => parts.identity.forget())
  app.event('user_change', async () => parts.identity.forget())
  app.error(async error => parts.log.error({ code: error.code, error: error.message }, 'a listener failed'))
}

function isOurs(body: object, us: ListenerParts['us']): boolean {
  const {
    api_app_id: app,
    team_id: flat,
    team,
  } = body as { api_app_id?: unknown; team_id?: unknown; team?: { id?: unknown } | null }
  const rightApp = us.appId === undefined || app === us.appId
  return rightApp && (flat ?? team?.id) === us.teamId
}
