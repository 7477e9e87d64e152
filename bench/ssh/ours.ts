import { readFile } from 'node:fs/promises'
import { createSshShell, type SshShell } from '../../src/adapters/ssh/shell.ts'
import { assembleScript } from '../../src/runbooks/script.ts'
import type { OutputSink } from '../../src/runs/ports.ts'
import type { Done } from './bare.ts'
import { CLUSTER, inventoryOf } from './inventory.ts'
import type { Nodes } from './nodes.ts'

const TIMEOUT_MS = 30_000
/** What a step keeps of its output for expressions; the rest only passes. */
const KEEP_BYTES = 256 * 1024

/** Our Shell as the worker has it, nothing connected yet. */
export function openShell(nodes: Pick<Nodes, 'nodes' | 'ssh'>): SshShell {
  return createSshShell({ inventory: inventoryOf(nodes), readFile, env: {} })
}

/** A script as a step sends it, with our preamble. Rejects when it did not run to its end. */
export async function execute(
  shell: SshShell,
  node: string,
  script: string,
  output: OutputSink = () => undefined,
): Promise<Done> {
  const result = await shell.execute({
    cluster: CLUSTER,
    node,
    script: assembleScript(script, {}),
    timeoutMs: TIMEOUT_MS,
    signal: new AbortController().signal,
    output,
    keepBytes: KEEP_BYTES,
  })
  if (result.kind !== 'exited') throw new Error(result.reason)
  return { exitCode: result.exitCode, stdoutBytes: result.stdout.bytes }
}
