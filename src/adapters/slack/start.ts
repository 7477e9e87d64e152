import { App } from '@slack/bolt'
import type { Attest, Desk, RunFeed } from '../../commands/desk.ts'
import type { Directory } from '../../policy/people.ts'
import { bad, good, type Problem, type Result } from '../../problem.ts'
import type { Clock } from '../../runs/ports.ts'
import type { RunRecord } from '../../runs/state.ts'
import { type Tap, untapped } from '../../tap.ts'
import type { RunView } from '../../transcripts/view.ts'
import { type Clients, createClients } from './calls.ts'
import { createIdentity } from './identity.ts'
import { createOnce } from './listeners/once.ts'
import { registerListeners } from './listeners/register.ts'
import { boltLogger, type SlackLog } from './log.ts'
import { deliver } from './posts/deliver.ts'
import type { DeliveryParts, TranscriptSource } from './posts/delivery.ts'
import { type Follower, follow } from './posts/follow.ts'
import { createLanes } from './posts/lanes.ts'
import { createOutbox } from './posts/outbox.ts'
import type { OutboxStore } from './posts/store.ts'
import { slackAway, tokenRefused } from './problems.ts'
import { type SlackIdentity, signIn } from './sign-in.ts'
import { createSockets, type Sockets } from './sockets.ts'

export interface SlackConfig {
  readonly botToken: string
  readonly appToken: string
  /** Another Slack, e.g. the workspace on localhost: `http://127.0.0.1:PORT/api/`. */
  readonly slackApiUrl?: string
  readonly directory: Directory
  /** Cluster by channel id. */
  readonly channels: Readonly<Record<string, string>>
  /** How long to wait for Slack at the start; 30 s unless given. */
  readonly startWithinMs?: number
  /** How long after the first the second socket opens; two minutes unless given. */
  readonly socketsApartMs?: number
  /** Least time between two edits of one card; 1.5 s unless given. */
  readonly editEveryMs?: number
}

export interface SlackParts {
  readonly desk: Desk
  readonly feed: RunFeed
  readonly view: (record: RunRecord, now: number) => RunView
  readonly transcript: TranscriptSource
  readonly store: OutboxStore
  readonly attest: Attest
  readonly config: SlackConfig
  readonly clock: Clock
  readonly log: SlackLog
  readonly tap?: Tap
}

/** ha-bot in one Slack workspace. */
export interface SlackSurface {
  readonly botUserId: string
  readonly teamId: string
  /** How many of the two sockets Slack can reach us over now; 0 means that we are deaf. */
  sockets(): number
  /** Stops listening, then posting. What was not posted is posted after the next start. */
  close(): Promise<void>
}

/** Signs in, listens, and shows runs. A token that Slack refuses or a Slack that is away is a problem; nothing is left open then. */
export async function startSlack(parts: SlackParts): Promise<Result<SlackSurface>> {
  const { config, clock, log, tap = untapped } = parts
  const withinMs = config.startWithinMs ?? 30_000
  const clients = tap('slack-web', createClients(config.botToken, config.slackApiUrl, log))
  const us = await signIn(clients.control, clock, withinMs, new AbortController().signal)
  if (!us.ok) return us
  const sockets = createSockets(socketSettings(config), clock, log, tap)
  const app = createApp(parts, sockets, us.value)
  listen(parts, app, clients, us.value)
  const trouble = await connect(app, clock, withinMs)
  if (trouble) {
    await sockets.stop()
    return bad(trouble)
  }
  const follower = showRuns(parts, clients)
  return good({
    botUserId: us.value.botUserId,
    teamId: us.value.teamId,
    sockets: sockets.heard,
    async close() {
      await sockets.stop()
      await follower.close()
    },
  })
}

function socketSettings(config: SlackConfig) {
  const { appToken, slackApiUrl, socketsApartMs = 120_000 } = config
  return { appToken, ...(slackApiUrl ? { slackApiUrl } : {}), apartMs: socketsApartMs }
}

/** Bolt with an `authorize` that cannot fail: when it fails, Bolt acknowledges and drops the event (slack-platform.md §4.1). */
function createApp(parts: SlackParts, sockets: Sockets, us: SlackIdentity): App {
  const { botToken, slackApiUrl } = parts.config
  return new App({
    receiver: sockets,
    authorize: async () => ({ botToken, botId: us.botId, botUserId: us.botUserId, teamId: us.teamId }),
    convoStore: false,
    logger: boltLogger(parts.log, 'slack-bolt'),
    clientOptions: {
      ...(slackApiUrl ? { slackApiUrl } : {}),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
  })
}

function listen(parts: SlackParts, app: App, clients: Clients, us: SlackIdentity): void {
  const { desk, feed, view, attest, clock, log, config } = parts
  const identity = createIdentity(clients.control, us.teamId, clock)
  const shared = { desk, feed, view, attest, clock, log, directory: config.directory }
  registerListeners(app, { ...shared, identity, us, client: clients.control, once: createOnce() })
}

/** Waits for the first socket; answers what is wrong when it does not come. */
async function connect(app: App, clock: Clock, withinMs: number): Promise<Problem | undefined> {
  const waiting = new AbortController()
  const late = clock.sleep(withinMs, waiting.signal).then(() => slackAway('no socket could be opened in time'))
  const refused = (error: unknown) => tokenRefused('app', error instanceof Error ? error.message : String(error))
  try {
    return await Promise.race([app.start().then(() => undefined, refused), late])
  } finally {
    waiting.abort()
  }
}

function showRuns(parts: SlackParts, clients: Clients): Follower {
  const { feed, store, clock, log, config } = parts
  const lanes = createLanes(clock)
  const delivery: DeliveryParts = {
    client: clients.posts,
    outbox: createOutbox({ client: clients.posts, store, lanes, clock, log }),
    store,
    lanes,
    view: parts.view,
    load: run => feed.load(run),
    transcript: parts.transcript,
    directory: config.directory,
    channels: config.channels,
    clock,
    log,
  }
  const everyMs = config.editEveryMs ?? 1_500
  return follow({ feed, clock, log, everyMs, deliver: (record, signal) => deliver(delivery, record, signal) })
}
