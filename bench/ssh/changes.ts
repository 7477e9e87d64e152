import { systemClock } from '../../src/adapters/clock.ts'
import { readRunner } from '../../src/adapters/ssh/runner-file.ts'
import { problemText } from '../../src/problem.ts'
import type { OperationEnd, OperationOrder, Operations } from '../../src/runs/operations.ts'
import type { OutputSink, Shell } from '../../src/runs/ports.ts'
import { createOperations } from '../../src/workers/operations/operations.ts'
import { inventoryOf } from './inventory.ts'
import type { Nodes } from './nodes.ts'

/** Changes on these nodes as the worker has them, over `shell`. */
export async function openChanges(nodes: Pick<Nodes, 'nodes' | 'ssh'>, shell: Shell): Promise<Operations> {
  const runner = await readRunner()
  if (!runner.ok) throw new Error(runner.problems.map(problemText).join('\n'))
  const log = { info: () => undefined, warn: () => undefined }
  const inventory = inventoryOf(nodes)
  return createOperations({ shell, clock: systemClock, runner: runner.value, inventory, log })
}

type Done = Extract<OperationEnd, { kind: 'done' }>

const PATIENCE_MS = 45_000
const KEEP_BYTES = 256 * 1024

/** Rejects unless it ran to its end, successfully, and its output is here byte for byte. */
export async function carryOut(
  operations: Operations,
  order: OperationOrder,
  { timeoutMs, output }: { readonly timeoutMs: number; readonly output: OutputSink },
): Promise<Done> {
  const never = new AbortController().signal
  const end = await operations.perform(order, {
    ...{ mode: 'begin', timeoutMs, patienceMs: PATIENCE_MS, stop: never, detach: never, output, keepBytes: KEEP_BYTES },
  })
  if (end.kind === 'done' && end.exitCode === 0 && end.complete) return end
  throw new Error(`a change ended as ${end.kind}: ${'reason' in end ? end.reason : JSON.stringify(end)}`)
}
