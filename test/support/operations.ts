import { systemClock } from '../../src/adapters/clock.ts'
import { readRunner } from '../../src/adapters/ssh/runner-file.ts'
import type { Following, OperationEnd, OperationOrder, Operations } from '../../src/runs/operations.ts'
import type { Shell } from '../../src/runs/ports.ts'
import { createOperations } from '../../src/workers/operations/operations.ts'
import type { TestShell } from './ssh-shell.ts'

export const RUN = '01JDXXXXXXXXXXXXXXXXXXXXXX'

/** What `perform` told, and every byte that it gave on. */
export interface Told {
  readonly end: OperationEnd
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export type Wanted = Partial<OperationOrder> & Partial<Following>

export interface TestOperations extends Operations {
  /** Carries a script out as operation `id` on node `n1`: begins it unless told otherwise. */
  change(id: string, script: string, wanted?: Wanted): Promise<Told>
}

/** Operations with the real runner over a shell; `by` may stand between the two. */
export async function operationsOver(shell: TestShell, by: Shell = shell): Promise<TestOperations> {
  const runner = await readRunner()
  if (!runner.ok) throw new Error(runner.problems.map(problem => problem.message).join('\n'))
  const log = { info: () => undefined, warn: () => undefined }
  const operations = createOperations({
    shell: by,
    clock: systemClock,
    runner: runner.value,
    inventory: shell.inventory,
    log,
  })
  return { ...operations, change: async (id, script, wanted = {}) => await change(operations, id, script, wanted) }
}

async function change(operations: Operations, operation: string, script: string, wanted: Wanted): Promise<Told> {
  const got = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const order: OperationOrder = {
    ...{
      cluster: 'c',
      node: 'n1',
      operation,
      script,
      epoch: 1,
      run: RUN,
      number: 7,
      step: 'move',
      seq: 4,
      head: 'abc123',
    },
    ...wanted,
  }
  const never = new AbortController().signal
  const end = await operations.perform(order, {
    mode: 'begin',
    timeoutMs: 120_000,
    patienceMs: 60_000,
    stop: never,
    detach: never,
    output: (stream, chunk) => {
      got[stream].push(Buffer.from(chunk))
    },
    keepBytes: 65_536,
    ...wanted,
  })
  return { end, stdout: Buffer.concat(got.stdout), stderr: Buffer.concat(got.stderr) }
}
