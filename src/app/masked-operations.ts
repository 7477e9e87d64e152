import type { NodeAnswer, OperationEnd, Operations } from '../runs/operations.ts'
import type { Kept } from '../runs/ports.ts'
import { type Masking, maskedKept } from './masked-kept.ts'

/** Operations whose answers are masked, as those of `maskedShell`; the bytes that go to `output` are masked where they are stored. */
export function maskedOperations(operations: Operations, redactor: Masking): Operations {
  const { text } = redactor
  const answer = <T>(given: NodeAnswer<T>): NodeAnswer<T> =>
    given.ok ? given : { ok: false, reason: text(given.reason) }
  return {
    perform: async (order, following) => masked(await operations.perform(order, following), redactor),
    fence: async (...wanted) => answer(await operations.fence(...wanted)),
    witness: async (...wanted) => answer(await operations.witness(...wanted)),
    ledger: async (...wanted) => answer(await operations.ledger(...wanted)),
  }
}

function masked(end: OperationEnd, redactor: Masking): OperationEnd {
  const { text } = redactor
  const kept = (one: Kept) => maskedKept(one, redactor)
  if (end.kind === 'detached') return end
  if (end.kind === 'not-run') return { ...end, reason: text(end.reason) }
  const streams = { stdout: kept(end.stdout), stderr: kept(end.stderr) }
  return end.kind === 'done' ? { ...end, ...streams } : { ...end, ...streams, reason: text(end.reason) }
}
