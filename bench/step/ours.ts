import { join } from 'node:path'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import type { SshShell } from '../../src/adapters/ssh/shell.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { type Contender, timed } from '../measure/rounds.ts'
import type { Nodes } from '../ssh/nodes.ts'
import { execute, openShell } from '../ssh/ours.ts'
import { LOADS, type Load, mustBe } from './loads.ts'
import { NAMES, named } from './rows.ts'

const NODE = 'node1'

/** Our Shell: on a kept connection, with the output stored as well, and on a new connection. */
export function ours(nodes: Nodes, folder: string, lifecycle: Lifecycle): Contender[] {
  const shell = openShell(nodes)
  lifecycle.add('our connections', () => shell.close())
  const record = recorder(join(folder, 'archive'))
  return LOADS.flatMap(load => [
    timed(named(NAMES.ours, load), () => run(shell, load)),
    timed(named(NAMES.recorded, load), () => record(shell, load)),
    async () => ({ [named(NAMES.oursCold, load)]: await runCold(nodes, load) }),
  ])
}

async function run(shell: SshShell, load: Load): Promise<void> {
  mustBe(load, await execute(shell, NODE, load.script))
}

/** The end of the connection is not in the time: nobody waits for that. */
async function runCold(nodes: Nodes, load: Load): Promise<number> {
  const shell = openShell(nodes)
  try {
    const startedAt = performance.now()
    await run(shell, load)
    return performance.now() - startedAt
  } finally {
    await shell.close()
  }
}

/** With its output masked, hashed and on disk, as the engine has it done. */
function recorder(folder: string): (shell: SshShell, load: Load) => Promise<void> {
  const redactor = createRedactor()
  redactor.register('bench', 'a value that is masked wherever it appears')
  const archive = createOutputArchive(folder, () => redactor.stream())
  const of = { run: '01JB0000000000000000000000', number: 1, step: 'look', host: NODE, again: false }
  let attempt = 0
  return async (shell, load) => {
    attempt += 1
    const recording = await archive.record({ ...of, attempt })
    mustBe(load, await execute(shell, NODE, load.script, recording.sink))
    const { stdout } = await recording.finish()
    mustBe(load, { exitCode: 0, stdoutBytes: stdout?.bytes ?? 0 })
  }
}
