import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import type { OutputArchive } from '../../src/runs/output.ts'
import type { ExecutionResult, OutputSink } from '../../src/runs/ports.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { shellFor, type TestShell } from '../../test/support/ssh-shell.ts'
import type { Sshd } from '../../test/support/sshd.ts'
import { type Load, mustBe } from './loads.ts'

/** What a step keeps of its output for expressions; the rest only passes. */
const KEEP_BYTES = 256 * 1024

/** A script as a step sends it, with our preamble, over our Shell. */
export async function execute(shell: TestShell, load: Load, output: OutputSink = () => undefined): Promise<void> {
  const result = await shell.run(assembleScript(load.script, {}), { output, keepBytes: KEEP_BYTES })
  mustBe(load, { exitCode: exitCodeOf(result), stdoutBytes: result.kind === 'not-sent' ? 0 : result.stdout.bytes })
}

function exitCodeOf(result: ExecutionResult): number {
  if (result.kind === 'exited') return result.exitCode
  throw new Error(result.reason)
}

/** The same on connections that are opened for it. Their end is not in the time: nobody waits for that. */
export async function executeCold(sshd: Sshd, load: Load): Promise<number> {
  const shell = shellFor(sshd)
  try {
    const startedAt = performance.now()
    await execute(shell, load)
    return performance.now() - startedAt
  } finally {
    await shell.close()
  }
}

/** The same with its output masked, hashed and on disk, as the engine has it done. */
export function recorder(folder: string): (shell: TestShell, load: Load) => Promise<void> {
  const redactor = createRedactor()
  redactor.register('bench', 'a value that is masked wherever it appears')
  const archive: OutputArchive = createOutputArchive(folder, () => redactor.stream())
  const of = { run: '01JB0000000000000000000000', step: 'look', host: 'n1', again: false, number: 1 }
  let attempt = 0
  return async (shell, load) => {
    attempt += 1
    const recording = await archive.record({ ...of, attempt })
    await execute(shell, load, recording.sink)
    const { stdout } = await recording.finish()
    if ((stdout?.bytes ?? 0) !== load.stdoutBytes) throw new Error(`${stdout?.bytes} bytes were stored`)
  }
}
