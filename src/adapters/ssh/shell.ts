import type { Inventory } from '../../clusters/inventory.ts'
import { entry } from '../../clusters/lookup.ts'
import { bad, type Result } from '../../problem.ts'
import type { Clock, Execution, ExecutionResult, Shell } from '../../runs/ports.ts'
import { systemClock } from '../clock.ts'
import { Connector } from './connector.ts'
import { type Endpoint, endpointKey, endpointOf } from './endpoint.ts'
import { executeOn, notSent } from './execute.ts'
import type { ReadFile } from './identity.ts'
import { knownHostsFiles } from './known-hosts-files.ts'
import { Limiter } from './limiter.ts'
import { DEFAULT_LIMITS, type SshLimits } from './limits.ts'
import { SILENT, type SshLog } from './log.ts'
import { type PinnedFingerprints, pinnedFingerprints } from './pinned-fingerprints.ts'
import { Pool, type PoolStats } from './pool.ts'
import { interrupted } from './results.ts'

export interface SshShellOptions {
  readonly inventory: Inventory
  /** Rejects with an errno, as node:fs/promises does. */
  readonly readFile: ReadFile
  /** For SSH_AUTH_SOCK. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
  readonly random?: () => number
  readonly limits?: Partial<SshLimits>
  readonly log?: SshLog
}

interface SshStats extends PoolStats {
  /** Commands on their way, and commands that wait for a free place on their node. */
  readonly executing: number
  readonly waiting: number
}

export interface SshShell extends Shell {
  stats(): SshStats
  /**
   * The host keys that known_hosts pins for each node of a cluster: part of what a plan is bound to. A problem when the
   * cluster or the file is missing.
   */
  hostKeyFingerprints(cluster: string): Promise<Result<PinnedFingerprints>>
  /** Ends all connections; commands still running come back as `lost`. */
  close(): Promise<void>
}

/** A Shell over ssh2: pinned host keys, pooled connections, never a pty. Nothing is connected before the first command. */
export function createSshShell(options: SshShellOptions): SshShell {
  const { inventory, readFile, env, clock = systemClock, random = Math.random, log = SILENT } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const knownHosts = knownHostsFiles(readFile, log)
  const pool = new Pool(new Connector({ readFile, env, knownHosts, limits, log, clock, random }), limits, clock)
  const slots = new Map<string, Limiter>()

  function slotsOf(endpoint: Endpoint): Limiter {
    const key = endpointKey(endpoint)
    const found = slots.get(key) ?? new Limiter(limits.channelsPerNode)
    slots.set(key, found)
    return found
  }

  async function execute(execution: Execution): Promise<ExecutionResult> {
    const endpoint = endpointOf(inventory, execution.cluster, execution.node)
    if (typeof endpoint === 'string') return notSent({ code: 'unknown-node', reason: `${endpoint} Nothing was sent.` })
    try {
      return await executeOn(endpoint, execution, { pool, clock, slots: slotsOf(endpoint) })
    } catch (error) {
      log.warn({ err: error, node: endpoint.name }, 'a defect in the SSH adapter')
      return interrupted(endpoint, error)
    }
  }

  function stats(): SshStats {
    const all = [...slots.values()]
    const sum = (count: (limiter: Limiter) => number) => all.reduce((total, limiter) => total + count(limiter), 0)
    return { ...pool.stats(), executing: sum(limiter => limiter.taken), waiting: sum(limiter => limiter.waiting) }
  }

  async function hostKeyFingerprints(name: string): Promise<Result<PinnedFingerprints>> {
    const cluster = entry(inventory, name)
    if (cluster) return await pinnedFingerprints(cluster, knownHosts)
    return bad({ code: 'unknown-cluster', message: `There is no cluster ${name} in the configuration.` })
  }

  return { execute, stats, hostKeyFingerprints, close: () => pool.close() }
}
