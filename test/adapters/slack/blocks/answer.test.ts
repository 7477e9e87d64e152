import { expect, it } from 'vitest'
import { answer } from '../../../../src/adapters/slack/blocks/answer.ts'
import type { ExecutionState, RunState } from '../../../../src/runs/state.ts'
import { blocksAsText } from '../../../support/blocks-as-text.ts'
import { view } from '../views.ts'

it('shows what several nodes printed alike once, under all their names, and what one printed otherwise beside it', () => {
  const executions = ['node1', 'node2', 'node3', 'node5'].map(host => printed(host, host === 'node3' ? 'b7' : 'a1'))
  const step = { id: 'same', reason: '', startedAt: 0, durationMs: 0, progress: {}, executions }
  // Only what an answer looks at.
  const state = { steps: { same: step } } as unknown as RunState
  const text = blocksAsText(answer(state, view('succeeded'), 0).blocks)
  expect(text).toContain('node[1-2,5]\n    │ digest a1\nnode3\n    │ digest b7')
})

function printed(host: string, digest: string): ExecutionState {
  const stdout = { file: `output/same.${host}.out`, bytes: 10, sha256: digest, tail: `digest ${digest}\n` }
  return { host, attempt: 1, operation: `op-${host}`, startedAt: 0, outcome: 'succeeded', exitCode: 0, stdout }
}
