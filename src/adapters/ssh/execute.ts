import type { Clock, Execution, ExecutionResult } from '../../runs/ports.ts'
import { requestFor } from './command-line.ts'
import { type Endpoint, placeOf } from './endpoint.ts'
import type { Limiter } from './limiter.ts'
import { type Patience, startPatience, unlessAborted } from './patience.ts'
import type { Pool } from './pool.ts'
import type { Refusal } from './refusals.ts'
import { type RemoteRun, runRemotely } from './remote-run.ts'
import { resultOf } from './results.ts'

interface ExecuteTools {
  readonly pool: Pool
  readonly clock: Clock
  /** The executions of this node, limited. */
  readonly slots: Limiter
}

/**
 * Runs a script on an endpoint. `timeoutMs` covers everything: the wait for a place, the connect, the command.
 * What ends before the request was written is `not-sent`, whoever ended it.
 */
export async function executeOn(
  endpoint: Endpoint,
  execution: Execution,
  tools: ExecuteTools,
): Promise<ExecutionResult> {
  const command = requestFor(execution, endpoint.ssh.become, placeOf(endpoint))
  if ('code' in command) return notSent(command)
  const patience = startPatience(tools.clock, execution.timeoutMs, execution.signal)
  try {
    if (!(await tools.slots.take(patience.signal)))
      return gaveUp(endpoint, patience, 'waited for its turn', 'channel-refused')
    try {
      return await onConnection({ endpoint, execution, command: command.text, patience }, tools)
    } finally {
      tools.slots.give()
    }
  } finally {
    patience.stop()
  }
}

interface Task {
  readonly endpoint: Endpoint
  readonly execution: Execution
  readonly command: string
  readonly patience: Patience
}

/**
 * A pooled connection may be dead without our knowing, and sshd still counts a session against MaxSessions in the moment
 * its channel closes. Both show before the request is written, so then it is asked again: at once, in the end on a new
 * connection.
 */
async function onConnection(task: Task, { pool, clock }: ExecuteTools): Promise<ExecutionResult> {
  const { endpoint, patience } = task
  const tries = { full: 0, unlinked: 0 }
  for (;;) {
    const connected = await unlessAborted(pool.connect(endpoint), patience.signal)
    if (!connected || patience.signal.aborted) return gaveUp(endpoint, patience, 'was connecting', 'unreachable')
    if ('refusal' in connected) return notSent(connected.refusal)
    const { connection } = connected
    const startedMs = clock.monotonic()
    connection.hold()
    const run = await runRemotely(connection, task.command, task.execution, patience.signal)
    const { again, retire } = consequences(run.ending.kind, tries)
    if (retire) connection.retire()
    connection.release()
    if (!again) return resultOf(endpoint, run, patience, clock.monotonic() - startedMs)
  }
}

/** Refused channels until a connection counts as full, and broken links until the node counts as gone. */
const TRIES = { full: 3, unlinked: 1 }

function consequences(
  kind: RemoteRun['ending']['kind'],
  tries: { full: number; unlinked: number },
): { readonly again: boolean; readonly retire: boolean } {
  if (kind !== 'full' && kind !== 'unlinked') return { again: false, retire: kind !== 'exited' }
  tries[kind]++
  return { again: tries[kind] <= TRIES[kind], retire: tries[kind] >= TRIES[kind] }
}

function gaveUp(endpoint: Endpoint, patience: Patience, doing: string, code: Refusal['code']): ExecutionResult {
  const timedOut = patience.why() === 'timed-out'
  const what = timedOut ? 'The time for this was up' : 'It was cancelled'
  const reason = `${what} while ha-bot ${doing} for ${placeOf(endpoint)}. Nothing was sent.`
  return notSent({ code: timedOut ? code : 'cancelled', reason })
}

export function notSent({ code, reason }: Refusal): ExecutionResult {
  return { kind: 'not-sent', code, reason }
}
