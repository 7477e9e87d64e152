import type { Lab } from '../lab.ts'
import { IDENTITY } from '../seed.ts'

/** How long after a failed attempt Slack sends an event again: at once, after a minute, after five (slack-platform.md §4.2). */
const RETRY_AFTER_MS = [0, 60_000, 300_000]

/** Sends an event to the app; settles with whether the first attempt was acknowledged. Retries go on by themselves. */
export async function sendEvent(lab: Lab, event: Readonly<Record<string, unknown>>): Promise<boolean> {
  const event_id = lab.id('Ev')
  const payload = {
    type: 'event_callback',
    token: 'lab-verification-token',
    team_id: IDENTITY.teamId,
    context_team_id: IDENTITY.teamId,
    api_app_id: IDENTITY.appId,
    event_id,
    event_time: Math.floor(lab.clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: IDENTITY.teamId,
        user_id: IDENTITY.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event: { event_ts: lab.stamp(), ...event },
  }
  const delivery = await lab.sockets.deliver('events_api', payload)
  if (!delivery.acked) retryLater(lab, { eventId: event_id, payload, attempt: 1 })
  return delivery.acked
}

interface Again {
  readonly eventId: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly attempt: number
}

function retryLater(lab: Lab, { eventId, payload, attempt }: Again): void {
  const delayMs = RETRY_AFTER_MS[attempt - 1]
  if (delayMs === undefined) return
  lab.clock.after(delayMs, () => {
    void lab.sockets.deliver('events_api', payload, { attempt, reason: 'timeout' }).then(delivery => {
      if (!delivery.acked) retryLater(lab, { eventId, payload, attempt: attempt + 1 })
    })
  })
  lab.log.add({ kind: 'retry', eventId, attempt, delayMs })
}
