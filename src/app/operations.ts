import { systemClock } from '../adapters/clock.ts'
import { readRunner } from '../adapters/ssh/runner-file.ts'
import type { SshShell } from '../adapters/ssh/shell.ts'
import type { Core } from '../app.ts'
import { good, type Result } from '../problem.ts'
import type { Operations } from '../runs/operations.ts'
import { createOperations } from '../workers/operations/operations.ts'
import { maskedOperations } from './masked-operations.ts'

/** Changes on the nodes of the configuration, and what their records say. Nothing is sent before the first question. */
export async function openOperations(core: Core, shell: SshShell): Promise<Result<Operations>> {
  const { config, redactor, log, tap } = core
  const runner = await readRunner()
  if (!runner.ok) return runner
  const { inventory } = config
  const operations = createOperations({ shell, clock: systemClock, runner: runner.value, inventory, log })
  return good(tap('operations', maskedOperations(operations, redactor)))
}
