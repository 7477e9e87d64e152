import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ConnectConfig } from 'ssh2'
import { algorithmsFor } from './algorithms.ts'
import { connectRefusal } from './connect-refusal.ts'
import { type Endpoint, placeOf } from './endpoint.ts'
import { handshake } from './handshake.ts'
import { strictHostVerifier } from './host-verifier.ts'
import { errnoOf, type Identity, type ReadFile, readIdentity } from './identity.ts'
import type { KnownHosts } from './known-hosts.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import type { SshLimits } from './limits.ts'
import type { SshLog } from './log.ts'
import { judge, type Pins, pinsOf } from './pins.ts'
import { noIdentity, type Refusal } from './refusals.ts'

export interface DialTools {
  readonly readFile: ReadFile
  readonly env: Readonly<Record<string, string | undefined>>
  readonly knownHosts: KnownHostsFiles
  readonly limits: SshLimits
  readonly log: SshLog
}

/** A client that is logged in, and what carries it; or why there is none. */
type Dialled = { readonly client: Client; readonly transport: Duplex } | { readonly refusal: Refusal }

/**
 * One attempt to connect and log in, over `through` when there is a jump host. The host key is judged against
 * known_hosts as it is now; without that file nothing is trusted. Never rejects.
 */
export async function dial(
  endpoint: Endpoint,
  tools: DialTools,
  signal: AbortSignal,
  through?: Duplex,
): Promise<Dialled> {
  const identity = await readIdentity(endpoint.ssh, tools.readFile, tools.env)
  if (typeof identity === 'string') return { refusal: noIdentity(endpoint, identity) }
  const known = await readKnownHosts(endpoint, tools.knownHosts)
  if ('refusal' in known) return known
  const pins = pinsOf(known, endpoint.host, endpoint.port)
  const verifier = strictHostVerifier(key => judge(pins, key))
  const client = new ssh2.Client()
  const sock = through ?? openSocket(endpoint)
  const config = connectConfig(endpoint, identity, pins, tools.limits)
  const failure = await handshake(client, { ...config, hostVerifier: verifier.verify, sock }, signal)
  if (!failure) return { client, transport: sock }
  const { readyTimeoutMs } = tools.limits
  const profile = endpoint.ssh.algorithms ?? 'modern'
  const attempt = { endpoint, profile, pins, seen: verifier.seen(), identity: identity.described, readyTimeoutMs }
  return { refusal: connectRefusal(attempt, failure) }
}

function openSocket({ host, port }: Endpoint): Duplex {
  const socket = connect({ host, port })
  // ssh2 leaves Nagle's algorithm on; every exec would wait some 40 ms for a delayed acknowledgement (§1).
  socket.setNoDelay(true)
  return socket
}

async function readKnownHosts(endpoint: Endpoint, files: KnownHostsFiles): Promise<KnownHosts | { refusal: Refusal }> {
  const file = endpoint.ssh.knownHosts
  try {
    return await files.read(file)
  } catch (error) {
    const reason =
      `The known_hosts file ${file} cannot be read (${errnoOf(error)}), so no host key can be trusted and ` +
      `${placeOf(endpoint)} was not connected to. Nothing was sent.`
    return { refusal: { code: 'host-key-unknown', reason } }
  }
}

function connectConfig(endpoint: Endpoint, identity: Identity, pins: Pins, limits: SshLimits): ConnectConfig {
  const { user, ssh } = endpoint
  const { privateKey, agent } = identity
  return {
    username: user,
    ...(privateKey && { privateKey }),
    ...(agent !== undefined && { agent }),
    authHandler: [
      ...(privateKey ? (['publickey'] as const) : []),
      ...(agent === undefined ? [] : (['agent'] as const)),
    ],
    agentForward: false,
    tryKeyboard: false,
    algorithms: algorithmsFor(ssh.algorithms ?? 'modern', new Set(pins.trusted.map(pin => pin.type))),
    readyTimeout: limits.readyTimeoutMs,
    keepaliveInterval: limits.keepaliveIntervalMs,
    keepaliveCountMax: limits.keepaliveCount,
  }
}
