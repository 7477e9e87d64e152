import type { ExecutionResult, Kept, Shell } from '../runs/ports.ts'
import { type Masking, maskedKept } from './masked-kept.ts'

/**
 * A shell whose answers are masked: what a node said also reaches the journal, as a reason or in an expression, and not only the archive.
 * The bytes that go to `output` are masked where they are stored, because they come in pieces.
 */
export function maskedShell(shell: Shell, redactor: Masking): Shell {
  return { execute: async execution => masked(await shell.execute(execution), redactor) }
}

function masked(result: ExecutionResult, redactor: Masking): ExecutionResult {
  const { text } = redactor
  const kept = (one: Kept) => maskedKept(one, redactor)
  if (result.kind === 'not-sent') return { ...result, reason: text(result.reason) }
  const streams = { stdout: kept(result.stdout), stderr: kept(result.stderr) }
  if (result.kind === 'exited') return { ...result, ...streams }
  return { ...result, ...streams, reason: text(result.reason) }
}
