import type { z } from 'zod'
import type { SlackFile } from './schema.ts'
import { type SecretRef, secretFromEnvironment } from './secrets.ts'

interface SlackCommon {
  readonly botToken: SecretRef
  /** Id of the workspace; when given, no other one is believed. */
  readonly team?: string
  /** Another Web API than Slack's own. */
  readonly apiUrl?: string
}

/** How the bot reaches Slack. Socket Mode needs no port that is open to the world. */
export type SlackConfig =
  | ({ readonly mode: 'socket'; readonly appToken: SecretRef } & SlackCommon)
  | ({ readonly mode: 'http'; readonly signingSecret: SecretRef; readonly port: number } & SlackCommon)

const BOT_TOKEN = secretFromEnvironment('SLACK_BOT_TOKEN', "the bot's token, xoxb-…, from OAuth & Permissions")
const APP_TOKEN = secretFromEnvironment('SLACK_APP_TOKEN', 'the app-level token, xapp-…, from Basic Information')
const SIGNING_SECRET = secretFromEnvironment('SLACK_SIGNING_SECRET', 'the signing secret, from Basic Information')

export function slackOf({ mode, team, port, apiUrl }: z.infer<typeof SlackFile>): SlackConfig {
  const common = { botToken: BOT_TOKEN, ...(team && { team }), ...(apiUrl && { apiUrl }) }
  if (mode === 'socket') return { mode, appToken: APP_TOKEN, ...common }
  return { mode, signingSecret: SIGNING_SECRET, port: port ?? 3000, ...common }
}
