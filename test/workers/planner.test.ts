import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../src/canonical.ts'
import { Plan } from '../../src/runbooks/plan.ts'
import { policy } from '../support/bench-parts.ts'

import { before, planned, planOf, stepOf } from './planning.ts'

describe('a plan', () => {
  test.each([
    ['failover', 'failover server2'],
    ['migrate', 'migrate server0 to node4'],
    ['standby', 'standby node3'],
    ['verify-cib', 'verify cib'],
  ])('of %s is written out in full', async (name, text) => {
    const plan = await planOf(text)
    const shown = { ...plan, runbook: { ...plan.runbook, text: '(the file)', sha256: '(of the file)' } }
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`goldens/plan-${name}.json`)
  })

  test('is the same for the same request over the same status', async () => {
    const [one, other] = [await planned('failover server2'), await planned('failover server2')]
    expect(one.digest).toBe(other.digest)
    expect(one.digest).toBe(digestOf(one.plan))
  })

  test('has another digest whatever is changed in it', async () => {
    const plan = await planOf('failover server2')
    const paths = leaves(plan)
    expect(paths.length).toBeGreaterThan(150)
    fc.assert(
      fc.property(fc.constantFrom(...paths), path => {
        expect(digestOf(changedAt(plan, path))).not.toBe(digestOf(plan))
      }),
      { numRuns: 200 },
    )
  })

  test('gives values to scripts as shell variables, and never as text of the script', async () => {
    const move = stepOf(await planOf('failover server2'), 'move', 'run')
    expect(move.source).toBe('crm_resource --move --resource "$group" --node "$node"')
    expect(move.values).toEqual({ group: 'server2', node: 'node5' })
    expect(move.script).toContain(`group='server2'\nnode='node5'\n${move.source}`)
  })

  test('says how the change is undone, with the values of now', async () => {
    expect(stepOf(await planOf('failover server2'), 'move', 'run').undo).toEqual({
      kind: 'runbook',
      runbook: 'migrate',
      command: 'migrate server2 to node3 on pvfs',
      inputs: { group: 'server2', node: 'node3' },
    })
  })

  test('names where it goes and why, and says it again as one would have to type it', async () => {
    const plan = await planOf('failover server2')
    expect(plan.title).toBe('Failover server2 · node3 → node5')
    expect(plan.because).toEqual({ node: 'spare: online, runs no group' })
    expect(plan.command).toBe('failover server2 to node5 on pvfs')
  })

  test('asks the stricter of policy and runbook, and one more for each override', async () => {
    const plan = await planOf(`failover server2 override settled because "DC election, it's harmless"`)
    expect(stepOf(plan, 'approval', 'approve')).toMatchObject({ count: 2, from: ['oncall'], withinMs: 900_000 })
    expect(stepOf(plan, 'settled', 'check').override).toBe("DC election, it's harmless")
    expect(plan.command).toBe(`failover server2 to node5 override settled because "DC election, it's harmless" on pvfs`)
  })

  test('asks to type the node where policy wants that', async () => {
    const approve = { count: 1, from: ['oncall'], withinMs: 60_000, confirm: 'node-name' as const }
    const policies = { pvfs: { ...policy, disruptive: { run: ['oncall'], approve } } }
    const plan = await planOf('standby node3', before, { policies })
    expect(stepOf(plan, 'approval', 'approve').confirm).toBe('node3')
  })
})

function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value)
  return inner.length === 0 ? [path] : inner.flatMap(([key, member]) => leaves(member, [...path, key]))
}

function changedAt<T>(value: T, path: readonly string[]): T {
  const copy: unknown = structuredClone(value)
  let inside = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) inside = inside[key] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  const leaf = inside[last]
  inside[last] = typeof leaf === 'string' ? `${leaf}x` : typeof leaf === 'number' ? leaf + 1 : !leaf
  return copy as T
}

test('what is planned is what the schema of a plan says', async () => {
  expect(Plan.safeParse(await planOf('failover server2')).success).toBe(true)
})
