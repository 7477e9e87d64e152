import type { AlgorithmProfile } from './algorithms.ts'
import type { Endpoint } from './endpoint.ts'
import type { HandshakeFailure } from './handshake.ts'
import type { SeenKey } from './host-verifier.ts'
import { errnoOf } from './identity.ts'
import type { Pins } from './pins.ts'
import {
  droppedEarly,
  hostKeyRefused,
  loginRefused,
  noCommonAlgorithm,
  noIdentity,
  type Refusal,
  tookTooLong,
  unreachable,
} from './refusals.ts'

/** What was known when a connect failed. */
interface ConnectAttempt {
  readonly endpoint: Endpoint
  readonly profile: AlgorithmProfile
  readonly pins: Pins
  readonly seen?: SeenKey | undefined
  /** What the login was tried with, for people. */
  readonly identity: string
  readonly readyTimeoutMs: number
}

/** Puts a failed connect into its class (ssh-and-remote-execution.md §3.3); all of them mean that nothing was sent. */
export function connectRefusal(attempt: ConnectAttempt, failure: HandshakeFailure): Refusal {
  const { endpoint, seen } = attempt
  if (seen && seen.verdict?.kind !== 'trusted') return hostKeyRefused(endpoint, seen, attempt.pins)
  const { error, stage } = failure
  const message = error?.message ?? ''
  const unshared = /no matching (.+)$|^Unsupported algorithm: (.+)$/.exec(message)
  if (unshared) return noCommonAlgorithm(endpoint, unshared[1] ?? unshared[2] ?? 'algorithm', attempt.profile)
  if (error?.level === 'client-timeout') return tookTooLong(endpoint, attempt.readyTimeoutMs, stage)
  if (stage === 'login') return loginFailure(attempt, failure)
  if (hungUp(failure)) return droppedEarly(endpoint)
  return unreachable(endpoint, error ? errnoOf(error) : 'the connection was closed', stage)
}

function loginFailure({ endpoint, identity }: ConnectAttempt, { error, stage }: HandshakeFailure): Refusal {
  if (error?.level === 'client-socket') return unreachable(endpoint, errnoOf(error), stage)
  if (error?.level === 'agent') return noIdentity(endpoint, `${identity}: ${error.message}.`)
  if (error?.level === 'client-authentication') return loginRefused(endpoint, identity)
  return loginRefused(endpoint, identity, error?.message ?? 'the server closed the connection')
}

/** sshd above MaxStartups closes or resets the connection; with bytes already on their way that is a reset. */
function hungUp({ error, stage }: HandshakeFailure): boolean {
  if (stage !== 'handshake') return false
  return error === undefined || error.message === 'Connection lost before handshake' || errnoOf(error) === 'ECONNRESET'
}
