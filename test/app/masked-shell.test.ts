import { expect, test } from 'vitest'
import { maskedShell } from '../../src/app/masked-shell.ts'
import type { Execution, ExecutionResult } from '../../src/runs/ports.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

const SECRET = 'correct horse battery'
const kept = (text: string) => ({ text, bytes: text.length, truncated: false })
const execution: Execution = {
  cluster: 'pvfs',
  node: 'node1',
  script: 'true',
  timeoutMs: 1000,
  signal: new AbortController().signal,
  keepBytes: 1024,
}

test.each<[string, ExecutionResult]>([
  [
    'an exit',
    {
      kind: 'exited',
      exitCode: 1,
      exitSignal: '',
      stdout: kept(`a ${SECRET} b`),
      stderr: kept(`bad password ${SECRET}`),
      durationMs: 1,
    },
  ],
  [
    'a loss',
    { kind: 'lost', reason: `the far side said ${SECRET}`, stdout: kept(SECRET), stderr: kept(''), durationMs: 1 },
  ],
  ['what was never sent', { kind: 'not-sent', code: 'login-refused', reason: `banner: ${SECRET}` }],
])('%s that tells a secret is masked before anybody can journal it, and keeps its length', async (_, result) => {
  const redactor = createRedactor()
  redactor.register('bmc', SECRET)
  const answer = await maskedShell({ execute: async () => result }, redactor).execute(execution)
  const [told, hidden] = [JSON.stringify(result), JSON.stringify(answer)]
  expect(hidden).not.toContain(SECRET)
  expect(hidden).toContain('[redacted:bmc]')
  expect(hidden).toHaveLength(told.length)
})
