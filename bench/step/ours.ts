import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import type { SshShell } from '../../src/adapters/ssh/shell.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import type { Nodes } from '../ssh/nodes.ts'
import { execute, openShell } from '../ssh/ours.ts'
import { type Load, mustBe } from './loads.ts'

const NODE = 'node1'

export async function runOurs(shell: SshShell, load: Load): Promise<void> {
  mustBe(load, await execute(shell, NODE, load.script))
}

/** On a connection that is opened for it. Its end is not in the time: nobody waits for that. */
export async function runOursCold(nodes: Nodes, load: Load): Promise<number> {
  const shell = openShell(nodes)
  try {
    const startedAt = performance.now()
    await runOurs(shell, load)
    return performance.now() - startedAt
  } finally {
    await shell.close()
  }
}

/** With its output masked, hashed and on disk, as the engine has it done. */
export function recorder(folder: string): (shell: SshShell, load: Load) => Promise<void> {
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
