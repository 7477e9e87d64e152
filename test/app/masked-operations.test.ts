import { expect, test } from 'vitest'
import { maskedOperations } from '../../src/app/masked-operations.ts'
import type { OperationEnd, Operations } from '../../src/runs/operations.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'

const SECRET = 'correct horse battery'
const kept = (text: string) => ({ text, bytes: text.length, truncated: false })
const seen = {
  stdout: kept(`a ${SECRET} b`),
  stderr: kept(`bad password ${SECRET}`),
  durationMs: 1,
  record: 'claimed 14:03:41Z',
}

async function told(end: OperationEnd): Promise<string> {
  const redactor = createRedactor()
  redactor.register('BMC', SECRET)
  const refused = async () => ({ ok: false as const, reason: `it said ${SECRET}` })
  const inner: Operations = { perform: async () => end, fence: refused, witness: refused, ledger: refused }
  const operations = maskedOperations(inner, redactor)
  const { signal } = new AbortController()
  const order = {
    cluster: 'c',
    node: 'n',
    operation: 'o',
    script: '',
    epoch: 1,
    run: 'r',
    number: 1,
    step: 's',
    seq: 1,
    head: '',
  }
  const following = {
    mode: 'begin' as const,
    timeoutMs: 1,
    patienceMs: 1,
    stop: signal,
    detach: signal,
    output: () => undefined,
    keepBytes: 1,
  }
  const answers = [await operations.perform(order, following), await operations.fence('c', 'n', 1, signal)]
  return JSON.stringify([
    ...answers,
    await operations.ledger('c', 'n', signal),
    await operations.witness(order, order, signal),
  ])
}

test.each<OperationEnd>([
  { kind: 'done', exitCode: 0, exitSignal: '', complete: true, ...seen },
  { kind: 'not-run', code: 'login-refused', reason: `it said ${SECRET}` },
  { kind: 'silent', reason: `it said ${SECRET}`, ...seen },
  { kind: 'detached' },
])('a node’s answer does not carry a secret any further: $kind', async end => {
  const text = await told(end)
  expect(text).not.toContain(SECRET)
  expect(text).toContain('[redacted:BMC]')
})
