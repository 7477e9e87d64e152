import type { NotSent } from '../../runs/ports.ts'
import type { AlgorithmProfile } from './algorithms.ts'
import { addressOf, type Endpoint, placeOf } from './endpoint.ts'
import type { SeenKey } from './host-verifier.ts'
import { fingerprintOf, keyTypeOf } from './key-blob.ts'
import type { Pin, Pins } from './pins.ts'

/** Why nothing was sent, in the words of `ExecutionResult`. */
export interface Refusal {
  readonly code: NotSent
  readonly reason: string
  /** The host hung up before the handshake, as sshd does above MaxStartups: connecting again may well succeed. */
  readonly again?: true
  /** The host saw a login fail; more of them at once would get us locked out. */
  readonly penalised?: true
}

/** How far a connect had come when it failed. */
export type Stage = 'connecting' | 'handshake' | 'login'

const WHERE_STOPPED: Record<Stage, string> = {
  connecting: 'while connecting',
  handshake: 'during the SSH handshake',
  login: 'while logging in',
}

/** A socket error before or during the handshake; `errno` is like ECONNREFUSED. */
export function unreachable(endpoint: Endpoint, errno: string, stage: Stage): Refusal {
  const place = placeOf(endpoint)
  const next = 'Nothing was sent. Check that the node is up, and its address and port in the configuration.'
  const what =
    errno === 'ECONNREFUSED'
      ? `${place} refused the connection (ECONNREFUSED): nothing listens there`
      : `${place} could not be reached ${WHERE_STOPPED[stage]} (${errno})`
  return { code: 'unreachable', reason: `${what}. ${next}` }
}

export function tookTooLong(endpoint: Endpoint, waitedMs: number, stage: Stage): Refusal {
  const waited = `${Math.max(1, Math.round(waitedMs / 1000))} s`
  return {
    code: 'unreachable',
    reason:
      `${placeOf(endpoint)} did not answer within ${waited} ${WHERE_STOPPED[stage]}. Nothing was sent. ` +
      'Check that the node is up and that no firewall drops the packets.',
  }
}

export function droppedEarly(endpoint: Endpoint): Refusal {
  return {
    code: 'unreachable',
    again: true,
    reason:
      `${placeOf(endpoint)} hung up before the SSH handshake, several times over. Nothing was sent. ` +
      'Is it an SSH server? Does its sshd turn connections away (MaxStartups, PerSourcePenalties)?',
  }
}

export function noCommonAlgorithm(endpoint: Endpoint, what: string, profile: AlgorithmProfile): Refusal {
  const next =
    profile === 'modern'
      ? 'If it is an old OpenSSH that cannot be updated, set `algorithms: legacy` for this cluster.'
      : 'Even `algorithms: legacy` has nothing in common with it.'
  return {
    code: 'no-common-algorithm',
    reason: `${placeOf(endpoint)} and ha-bot share no ${what}. Nothing was sent. ${next}`,
  }
}

/** The words for a host key that was not trusted. */
export function hostKeyRefused(endpoint: Endpoint, { key, verdict }: SeenKey, pins: Pins): Refusal {
  const shown = `${placeOf(endpoint)} shows the host key ${keyTypeOf(key) || 'of an unreadable type'} ${fingerprintOf(key)}`
  switch (verdict?.kind) {
    case 'revoked':
      return {
        code: 'host-key-revoked',
        reason: `${shown}, which ${at(verdict.pin)} marks @revoked. Nothing was sent. Give the host a new key.`,
      }
    case 'changed':
      return {
        code: 'host-key-changed',
        reason:
          `${shown}, but pinned is ${verdict.pinned.map(pinText).join(', ')}. Nothing was sent. Either the host was ` +
          'reinstalled or something stands between. Compare on its console (ssh-keygen -lf) before changing the pin.',
      }
    case undefined:
    case 'unknown':
    case 'trusted':
      return {
        code: 'host-key-unknown',
        reason:
          `${shown}, and ${pins.file} has no key for ${pins.name}${badLines(pins)}. Nothing was sent. Compare the fingerprint on the ` +
          `host's console (ssh-keygen -lf), then add the key to ${pins.file}.`,
      }
  }
}

/** `detail` is what the server or the agent said, if anything. */
export function loginRefused(endpoint: Endpoint, with_: string, detail = ''): Refusal {
  return {
    code: 'login-refused',
    penalised: true,
    reason:
      `${placeOf(endpoint)} did not let ${endpoint.user} in with ${with_}${detail && ` (${detail})`}. Nothing was sent. ` +
      `Check that the public key is in authorized_keys of ${endpoint.user} there.`,
  }
}

/** No key to show at all: unreadable, encrypted, or no agent. `problem` is a whole sentence. */
export function noIdentity(endpoint: Endpoint, problem: string): Refusal {
  return {
    code: 'login-refused',
    reason: `${problem} So ${endpoint.user} cannot log in to ${placeOf(endpoint)}. Nothing was sent.`,
  }
}

export function jumpFailed(endpoint: Endpoint, detail: string): Refusal {
  const jump = endpoint.via ? placeOf(endpoint.via) : 'the jump host'
  return {
    code: 'unreachable',
    reason:
      `${endpoint.name} was not reached: ${jump} could not open a connection to ${addressOf(endpoint)} (${detail}). ` +
      'Nothing was sent. Check that the node is up, and that the jump host allows TCP forwarding.',
  }
}

/** A pin that was mistyped looks like one that is missing. */
function badLines({ badLines }: Pins): string {
  const lines = badLines.slice(0, 3).map(problem => problem.place?.line)
  return lines.length === 0 ? '' : ` (bad lines in it: ${lines.join(', ')}${badLines.length > 3 ? ', …' : ''})`
}

function pinText(pin: Pin): string {
  return `${pin.type} ${pin.fingerprint} (${at(pin)})`
}

function at(pin: Pin): string {
  return `${pin.file}:${pin.line}`
}
