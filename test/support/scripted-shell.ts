import type { Execution, ExecutionResult, Kept, NotSent, Shell } from '../../src/runs/ports.ts'

/** One execution that must come, and how it ends. */
export interface Expected {
  readonly node: string
  /** Must occur in the script that is sent. */
  readonly script: string
  readonly result: ExecutionResult | ((execution: Execution) => ExecutionResult | Promise<ExecutionResult>)
}

export interface ScriptedShell extends Shell {
  /** What was sent, as `node1: crm_resource --move …`; kept in the order it came. */
  readonly sent: string[]
  expect(...more: Expected[]): void
  /** Throws unless everything that was expected has come, and nothing else. */
  verify(): void
}

/** A shell that knows what must be executed, in order. Anything else is answered as not sent and told by `verify`. */
export function createScriptedShell(...script: Expected[]): ScriptedShell {
  const expected = [...script]
  const surprises: string[] = []
  const sent: string[] = []
  return {
    sent,
    expect: (...more) => expected.push(...more),
    async execute(execution) {
      const next = expected[0]
      const what = `${execution.node}: ${lastLine(execution.script)}`
      sent.push(what)
      if (next?.node !== execution.node || !execution.script.includes(next.script)) {
        surprises.push(`${what}\n  instead of ${next ? `${next.node}: ${next.script}` : 'nothing'}`)
        return notSent('unknown-node', 'the script of this test does not know this execution')
      }
      expected.shift()
      const result = typeof next.result === 'function' ? await next.result(execution) : next.result
      await deliver(execution, result)
      return result
    },
    verify() {
      const missing = expected.map(one => `${one.node}: ${one.script}`)
      if (surprises.length > 0) throw new Error(`executed but not expected:\n${surprises.join('\n')}`)
      if (missing.length > 0) throw new Error(`expected but not executed:\n${missing.join('\n')}`)
    },
  }
}

async function deliver({ output }: Execution, result: ExecutionResult): Promise<void> {
  if (result.kind === 'not-sent' || !output) return
  if (result.stdout.text) await output('stdout', Buffer.from(result.stdout.text))
  if (result.stderr.text) await output('stderr', Buffer.from(result.stderr.text))
}

function lastLine(script: string): string {
  return script.trimEnd().split('\n').at(-1) ?? ''
}

function kept(text: string): Kept {
  return { text, bytes: Buffer.byteLength(text), truncated: false }
}

export function exited(exitCode: number, stdout = '', stderr = ''): ExecutionResult {
  return { kind: 'exited', exitCode, exitSignal: '', stdout: kept(stdout), stderr: kept(stderr), durationMs: 600 }
}

export function notSent(code: NotSent, reason: string): ExecutionResult {
  return { kind: 'not-sent', code, reason }
}

export function broken(kind: 'lost' | 'timed-out' | 'cancelled', reason: string, stdout = ''): ExecutionResult {
  return { kind, reason, stdout: kept(stdout), stderr: kept(''), durationMs: 400 }
}
