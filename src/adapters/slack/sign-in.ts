import type { WebClient } from '@slack/web-api'
import { bad, good, type Result } from '../../problem.ts'
import type { Clock } from '../../runs/ports.ts'
import { type Called, call, createClients } from './calls.ts'
import type { SlackLog } from './log.ts'
import { slackAway, tokenRefused } from './problems.ts'

/** Who we are in which workspace, as Slack says it. */
export interface SlackIdentity {
  readonly botId: string
  readonly botUserId: string
  readonly teamId: string
  /** Undefined when Slack would not say. */
  readonly appId: string | undefined
}

/**
 * Asks Slack who the bot token belongs to, again while Slack is away, at most `withinMs`. Bolt is told the answer, because its own
 * question is asked once and a failure would make it drop every event (slack-platform.md §4.1).
 */
export async function signIn(
  client: WebClient,
  clock: Clock,
  withinMs: number,
  signal: AbortSignal,
): Promise<Result<SlackIdentity>> {
  const deadline = clock.monotonic() + withinMs
  for (let tries = 0; ; tries += 1) {
    const called = await call(() => client.auth.test())
    if (called.kind === 'ok') return good(await identity(client, called.value))
    if (called.kind === 'refused') return bad(tokenRefused('bot', called.error))
    const wait = called.kind === 'limited' ? called.afterMs : Math.min(5_000, 250 * 2 ** tries)
    if (signal.aborted || clock.monotonic() + wait > deadline) return bad(slackAway(reason(called)))
    await clock.sleep(wait, signal)
  }
}

const TRY_MS = 10_000

/** Whether Slack takes a bot token, for `ha doctor`. */
export async function tryBotToken(
  botToken: string,
  slackApiUrl: string | undefined,
  clock: Clock,
  log: SlackLog,
): Promise<Result<SlackIdentity>> {
  const { control } = createClients(botToken, slackApiUrl, log)
  return await signIn(control, clock, TRY_MS, new AbortController().signal)
}

function reason(called: Exclude<Called<unknown>, { kind: 'ok' }>): string {
  return called.kind === 'limited' ? 'it answers "too many requests"' : called.error
}

async function identity(
  client: WebClient,
  said: { bot_id?: string; user_id?: string; team_id?: string },
): Promise<SlackIdentity> {
  const bot = await call(() => client.bots.info({ bot: said.bot_id ?? '' }))
  const appId = bot.kind === 'ok' ? bot.value.bot?.app_id : undefined
  return { botId: said.bot_id ?? '', botUserId: said.user_id ?? '', teamId: said.team_id ?? '', appId }
}
