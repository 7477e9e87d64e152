import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api'
import { boltLogger, type SlackLog } from './log.ts'

/**
 * How a call of the Web API ended.
 * - `limited`: not carried out; Slack says when to come back.
 * - `refused`: not carried out; `error` is Slack's word.
 * - `unclear`: it may have been carried out: no answer, or a server error.
 */
export type Called<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'limited'; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unclear'; readonly error: string }

/** Words of Slack that do not say whether the call was carried out. */
const UNCLEAR = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable'])

/** Carries out one call. Never rejects for what Slack or the network does. */
export async function call<T>(request: () => Promise<T>): Promise<Called<T>> {
  try {
    return { kind: 'ok', value: await request() }
  } catch (error) {
    return failed(error)
  }
}

function failed(error: unknown): Exclude<Called<never>, { kind: 'ok' }> {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', afterMs: error.retryAfter * 1000 }
  if (error instanceof WebAPIPlatformError) {
    const word = error.data.error
    if (word === 'ratelimited' || word === 'rate_limited') return { kind: 'limited', afterMs: 5_000 }
    return { kind: UNCLEAR.has(word) ? 'unclear' : 'refused', error: word }
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unclear', error: `HTTP ${error.statusCode}` }
  if (error instanceof TypeError || error instanceof ReferenceError) throw error
  return { kind: 'unclear', error: error instanceof Error ? error.message : String(error) }
}

/**
 * Two clients, so that a 429 for a card never delays an approval, and no retries inside the SDK: they post the same message several
 * times (slack-platform.md §3, §4.1).
 */
export interface Clients {
  /** For what a person waits for: identity, modals, private answers. */
  readonly control: WebClient
  /** For cards, threads and files; paced by the lanes. */
  readonly posts: WebClient
}

export function createClients(token: string, slackApiUrl: string | undefined, log: SlackLog): Clients {
  const options: WebClientOptions = {
    ...(slackApiUrl ? { slackApiUrl } : {}),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log, 'slack-web'),
  }
  return {
    control: new WebClient(token, { ...options, timeout: 2_500, maxRequestConcurrency: 4 }),
    posts: new WebClient(token, { ...options, timeout: 10_000 }),
  }
}
