import type { Machine } from '../machines.ts'

/** Runs a script on a node without SSH and without a trace in the logs. A node without power answers 255. */
export function inspectOn(
  machine: Machine,
  script: string,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  if (!machine.powered) return Promise.resolve({ exitCode: 255, stdout: '', stderr: `${machine.name} has no power\n` })
  return new Promise(resolve => {
    const child = machine.shell.start(script, 'inspect')
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdin.end()
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString('utf8')
    child.on('error', error => resolve({ exitCode: 126, stdout: '', stderr: `${error.message}\n` }))
    child.on('close', code => resolve({ exitCode: code ?? 255, stdout: text(out), stderr: text(err) }))
  })
}
