import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt'
import { WebAPIPlatformError } from '@slack/web-api'
import type { Clock } from '../../runs/ports.ts'
import { type Tap, untapped } from '../../tap.ts'
import { boltLogger, type SlackLog } from './log.ts'
import { keepLinked, type Link } from './socket-link.ts'

interface SocketSettings {
  readonly appToken: string
  readonly slackApiUrl?: string
  /** How long after the first the second socket is opened, so that Slack does not refresh both at once. */
  readonly apartMs: number
}

/** Two Socket Mode connections of one app: Slack gives each envelope to one of them, so one may go while the other hears. */
export interface Sockets extends Receiver {
  /** How many of the two hear now. */
  heard(): number
}

/** A Bolt receiver that owns two sockets. `start` waits for the first; it rejects when Slack refuses the token. */
export function createSockets(settings: SocketSettings, clock: Clock, log: SlackLog, tap: Tap = untapped): Sockets {
  const closing = new AbortController()
  const links: Link[] = []
  let app: App | undefined

  function open(): SocketModeReceiver {
    const receiver = new SocketModeReceiver(receiverOptions(settings, log))
    if (app) receiver.init(app)
    return receiver
  }

  function link(name: string, changed: (up: boolean, error: unknown) => void): void {
    links.push(
      keepLinked({
        open,
        clock,
        signal: closing.signal,
        changed(up, error) {
          changed(up, error)
          if (!closing.signal.aborted) tell(log, name, up, error, links.filter(other => other.up()).length)
        },
      }),
    )
  }

  async function second(): Promise<void> {
    await clock.sleep(settings.apartMs, closing.signal)
    if (!closing.signal.aborted) link('second', () => undefined)
  }

  return {
    init(given) {
      app = tap('slack', given)
    },
    async start() {
      await new Promise<void>((resolve, reject) => {
        link('first', (up, error) => {
          if (up) resolve()
          else if (error instanceof WebAPIPlatformError) reject(new Error(error.data.error))
        })
      })
      void second()
    },
    async stop() {
      closing.abort()
      await Promise.allSettled(links.map(({ ended }) => ended))
    },
    heard: () => links.filter(({ up }) => up()).length,
  }
}

function receiverOptions(settings: SocketSettings, log: SlackLog) {
  const clientOptions = {
    ...(settings.slackApiUrl ? { slackApiUrl: settings.slackApiUrl } : {}),
    retryConfig: { retries: 0 },
    timeout: 10_000,
  }
  return {
    appToken: settings.appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: 5_000,
    installerOptions: { clientOptions },
    logger: boltLogger(log, 'slack-socket'),
  }
}

function tell(log: SlackLog, socket: string, up: boolean, error: unknown, hearing: number): void {
  const facts = { socket, hearing, ...(error instanceof Error ? { error: error.message } : {}) }
  if (up) log.info(facts, 'Slack reaches us over this socket')
  else if (hearing > 0) log.info(facts, 'socket gone; opening another')
  else log.warn(facts, 'no socket to Slack is open; commands do not arrive until one is')
}
