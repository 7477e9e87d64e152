import { createOutboxRows } from '../adapters/archive/outbox-rows.ts'
import { systemClock } from '../adapters/clock.ts'
import { createOutboxStore } from '../adapters/redis/outbox-store.ts'
import { loadSigner } from '../adapters/signatures/bot-signature.ts'
import { type SlackSurface, startSlack } from '../adapters/slack/start.ts'
import { type Core, deskParts, openQueue } from '../app.ts'
import type { Attest, RunFeed } from '../commands/desk.ts'
import { createDesk } from '../commands/dispatch.ts'
import { readSecret, type SecretRef } from '../config/secrets.ts'
import { bad, good, type Result } from '../problem.ts'
import { gatherOutputs } from '../transcripts/gather.ts'
import { transcriptText } from '../transcripts/text.ts'
import { viewOf } from '../transcripts/view-of.ts'
import { twofoldRows } from './outbox-store.ts'

const RECENT_RUNS = 100
const RECENT_MS = 3_600_000
/** Of each output; the file in the archive is whole. */
const OUTPUT_LIMIT = 16 * 1024 * 1024
/** Of all of them together. */
const ALL_LIMIT = 64 * 1024 * 1024

/** Starts the Slack side. Its resources end with `core.lifecycle`. */
export async function startBot(core: Core): Promise<Result<SlackSurface>> {
  const { config, log, lifecycle, tap, haste } = core
  const slack = config.slack
  if (!slack)
    return bad({
      code: 'no-slack',
      message: 'slack: is not in ha.yaml, so there is no bot to start.',
      next: 'Add it, or run `ha start --only worker`.',
    })
  if (slack.mode !== 'socket')
    return bad({ code: 'no-http', message: 'slack.mode http is not served yet.', next: 'Use slack: { mode: socket }.' })
  const tokens = await readTokens(core, slack.botToken, slack.appToken)
  if (!tokens.ok) return tokens
  const sign = await loadSigner(config.signing.bot)
  if (!sign.ok) return sign
  const attest: Attest = async (text, at) => ({ by: 'bot', signature: sign.value(text), at })

  const channels = Object.fromEntries(
    Object.values(config.inventory).flatMap(({ name, channel }) => (channel ? [[channel, name]] : [])),
  )
  const surface = await startSlack({
    desk: tap('desk', createDesk(deskParts(core, 'bot', openQueue(core, { by: 'bot', sign: sign.value })))),
    feed: feedOf(core),
    view: viewOf,
    transcript: run => transcriptFile(core, run),
    store: tap(
      'outbox',
      twofoldRows(createOutboxStore(core.redis.redis), createOutboxRows(config.archive), systemClock.now),
    ),
    attest,
    config: {
      ...tokens.value,
      ...(slack.apiUrl && { slackApiUrl: slack.apiUrl }),
      directory: config.directory,
      channels,
      ...(haste.editEveryMs !== undefined && { editEveryMs: haste.editEveryMs }),
    },
    clock: systemClock,
    log,
    tap,
  })
  if (surface.ok) lifecycle.add('Slack', () => surface.value.close())
  return surface
}

async function readTokens(core: Core, botToken: SecretRef, appToken: SecretRef) {
  const source = { env: core.env, register: (name: string, value: string) => core.redactor.register(name, value) }
  const [bot, app] = [await readSecret(botToken, source), await readSecret(appToken, source)]
  for (const read of [bot, app])
    if (read.ok) for (const warning of read.value.warnings) core.log.warn({ code: warning.code }, warning.message)
  if (bot.ok && app.ok) return good({ botToken: bot.value.value, appToken: app.value.value })
  return bad(...(bot.ok ? [] : bot.problems), ...(app.ok ? [] : app.problems))
}

/** News of runs for whoever shows them. */
export function feedOf(core: Core): RunFeed {
  const { journal } = core
  return {
    follow: signal => journal.follow(signal),
    load: run => journal.load(run),
    recent: async () => {
      const now = await journal.time()
      const latest = await Promise.all((await journal.list(RECENT_RUNS)).map(({ run }) => journal.load(run)))
      const fresh = latest.flatMap(record =>
        record && now - record.state.updatedAt < RECENT_MS ? [record.state.run] : [],
      )
      return [...new Set([...(await journal.active()), ...fresh])]
    },
  }
}

async function transcriptFile(core: Core, run: string) {
  const record = await core.journal.load(run)
  if (!record) return undefined
  const { plan, number } = record.state
  const about = String(plan?.inputs['group'] ?? plan?.inputs['node'] ?? plan?.runbook.name ?? 'run')
  return {
    filename: `${about}-${number}.txt`,
    content: transcriptText(record, await gatherOutputs(core.outputs, record, OUTPUT_LIMIT, ALL_LIMIT)),
  }
}
