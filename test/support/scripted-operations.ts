import type { Following, OperationEnd, OperationOrder, Operations } from '../../src/runs/operations.ts'
import type { ExecutionResult, Kept } from '../../src/runs/ports.ts'
import type { ScriptedShell } from './scripted-shell.ts'

/** Nodes with a ledger over a shell that follows a script: what was begun once is not begun again, and is remembered. */
export interface ScriptedOperations extends Operations {
  /** Modes in which operations were asked for, as `continue node1`. */
  readonly asked: string[]
  /** From now on this is what a node says of an operation that it has a record of. */
  say(end: OperationEnd): void
  /** It says so once only. */
  sayOnce(): void
  /** The next one that ends as done ends so instead. */
  endAs(how: (end: Done) => OperationEnd): void
  /** The nodes have no record of anything any more: nothing had reached them. */
  forget(): void
  /** Epochs that nodes were told. */
  readonly fenced: Map<string, number>
  /** Nodes that do not answer. */
  readonly silent: Set<string>
}

type Done = Extract<OperationEnd, { kind: 'done' }>

const NOTHING: Kept = { text: '', bytes: 0, truncated: false }
export const RECORD = 'claimed 14:03:41Z, started by setsid'

export function createScriptedOperations(shell: ScriptedShell): ScriptedOperations {
  const ledger = new Map<string, OperationEnd>()
  const asked: string[] = []
  const fenced = new Map<string, number>()
  const silent = new Set<string>()
  let said: OperationEnd | undefined
  let isOnce = false
  let otherwise: ((end: Done) => OperationEnd) | undefined

  async function begin(order: OperationOrder, following: Following): Promise<OperationEnd> {
    const signal = following.stop.aborted ? following.stop : AbortSignal.any([following.stop, following.detach])
    // Whoever dies while it runs leaves this behind on the node.
    ledger.set(order.operation, { kind: 'interrupted', reason: 'its process is gone', ...seen(0) })
    const { cluster, node, script } = order
    const { timeoutMs, output, keepBytes } = following
    const result = await shell.execute({ cluster, node, script, timeoutMs, signal, output, keepBytes })
    const plain = endOf(result)
    const end = plain.kind === 'done' && otherwise ? otherwise(plain) : plain
    otherwise = undefined
    if (end.kind === 'not-run') ledger.delete(order.operation)
    else ledger.set(order.operation, end)
    return following.detach.aborted ? { kind: 'detached' } : end
  }

  return {
    asked,
    sayOnce: () => {
      isOnce = true
    },
    fenced,
    silent,
    say: end => {
      said = end
    },
    endAs: how => {
      otherwise = how
    },
    forget: () => ledger.clear(),
    async perform(order, following) {
      asked.push(`${following.mode} ${order.node}`)
      const known = ledger.get(order.operation)
      if (silent.has(order.node))
        return { kind: 'silent', reason: `${order.node} does not answer`, ...seen(0), record: '' }
      if (known) {
        const answer = said ?? known
        if (isOnce) said = undefined
        return answer
      }
      if (following.mode !== 'settle') return await begin(order, following)
      return {
        kind: 'not-run',
        code: 'tombstoned',
        reason: `${order.node} has no record of it and will refuse it from now on`,
      }
    },
    async fence(_, node, epoch) {
      if (silent.has(node)) return { ok: false, reason: `${node} does not answer` }
      fenced.set(node, epoch)
      return { ok: true, value: true }
    },
    witness: async () => ({ ok: true, value: true }),
    ledger: async () => ({ ok: true, value: { operations: [], epoch: 0, heads: [] } }),
  }
}

function seen(durationMs: number) {
  return { stdout: NOTHING, stderr: NOTHING, durationMs, record: RECORD }
}

function endOf(result: ExecutionResult): OperationEnd {
  switch (result.kind) {
    case 'exited': {
      const { exitCode, exitSignal, stdout, stderr, durationMs } = result
      return { kind: 'done', exitCode, exitSignal, stdout, stderr, durationMs, record: RECORD, complete: true }
    }
    case 'not-sent':
      return { kind: 'not-run', code: result.code, reason: result.reason }
    case 'lost':
      return {
        kind: 'silent',
        reason: result.reason,
        stdout: result.stdout,
        stderr: result.stderr,
        durationMs: result.durationMs,
        record: '',
      }
    case 'timed-out':
    case 'cancelled': {
      const { stdout, stderr, durationMs, reason } = result
      const stopped = result.kind === 'cancelled' ? 'person' : 'timeout'
      return { kind: 'running', reason, stdout, stderr, durationMs, record: RECORD, stopped }
    }
  }
}
