import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/runbooks/plan.ts'
import { planDifferences } from '../../src/runbooks/plan-differences.ts'
import { samplePlan } from '../support/sample-plan.ts'

const keys = { node1: ['SHA256:one', 'SHA256:other'], node3: ['SHA256:three'] }
const approved: Plan = { ...samplePlan('01JD0000000000000000000042'), hostKeys: keys }

/** The same plan with what is given here in every step that runs something. */
function withRun(more: Partial<Extract<Plan['steps'][number], { kind: 'run' }>>): Plan {
  return { ...approved, steps: approved.steps.map(step => (step.kind === 'run' ? { ...step, ...more } : step)) }
}

describe('a plan that is made again', () => {
  test('says nothing otherwise when nothing changed', () => {
    expect(planDifferences(approved, structuredClone(approved))).toEqual([])
  })

  test('names the runbook that has another version now, and nothing that follows from it', () => {
    const runbook = { ...approved.runbook, version: '1.1.0', sha256: 'f'.repeat(64) }
    const now = { ...withRun({ timeoutMs: 1 }), runbook, inputs: { group: 'server2', node: 'node4' } }
    expect(planDifferences(approved, now)).toEqual(['the runbook failover was 1.0.0 and is now 1.1.0'])
  })

  test('names the runbook whose text changed under its version', () => {
    const runbook = { ...approved.runbook, sha256: 'f'.repeat(64) }
    expect(planDifferences(approved, { ...approved, runbook })).toEqual([
      'the text of the runbook failover 1.0.0 changed',
    ])
  })

  test.each<[string, Plan['hostKeys'], string]>([
    ['another one', { ...keys, node3: ['SHA256:new'] }, 'node3'],
    ['one more', { ...keys, node1: [...keys.node1, 'SHA256:more'] }, 'node1'],
    ['one less', { ...keys, node1: ['SHA256:one'] }, 'node1'],
    ['none any more', { node1: keys.node1 }, 'node3'],
    ['one for the first time', { ...keys, node5: ['SHA256:five'] }, 'node5'],
  ])('names the node whose pinned host key changed: %s', (_, hostKeys, node) => {
    expect(planDifferences(approved, { ...approved, hostKeys })).toEqual([
      `the host key that is pinned for ${node} changed`,
    ])
  })

  test('names the value that would be chosen now, and not every step that it stands in', () => {
    const now = {
      ...withRun({ values: { group: 'server2', node: 'node4' } }),
      inputs: { group: 'server2', node: 'node4' },
    }
    expect(planDifferences(approved, now)).toEqual(['node was node5 and would now be node4'])
    expect(planDifferences(approved, { ...approved, inputs: { group: 'server2' } })).toEqual([
      'node was node5 and would now be nothing',
    ])
  })

  test('names the step that would be done with other values', () => {
    expect(planDifferences(approved, withRun({ timeoutMs: 90_000 }))).toEqual([
      '"Move the group" would be done with other values',
    ])
  })

  test('keeps the hosts and the undo that were approved: they may be chosen otherwise at any time', () => {
    const undo = { kind: 'script' as const, hosts: ['node3'], source: 'true', script: 'true', values: {} }
    expect(planDifferences(approved, withRun({ hosts: ['node3'], undo }))).toEqual([])
  })

  test('is another one whenever a pinned key changes, however many nodes there are', () => {
    const pinned = fc.dictionary(
      fc.stringMatching(/^node\d$/),
      fc.array(fc.stringMatching(/^SHA256:\w$/), { minLength: 1 }),
    )
    fc.assert(
      fc.property(pinned, pinned, (one, other) => {
        const said = planDifferences({ ...approved, hostKeys: one }, { ...approved, hostKeys: other })
        const nodes = new Set([...Object.keys(one), ...Object.keys(other)])
        const changed = [...nodes].filter(node => JSON.stringify(one[node]) !== JSON.stringify(other[node]))
        expect(said.sort()).toEqual(changed.map(node => `the host key that is pinned for ${node} changed`).sort())
      }),
      { numRuns: 200 },
    )
  })
})
