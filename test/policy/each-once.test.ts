import { expect, test } from 'vitest'
import { countedApprovers, gateResult } from '../../src/policy/gate.ts'
import { decided, directory, gateOf, NOW } from './world.ts'

test('whoever is in the journal twice counts once, however that came about', () => {
  const decisions = [decided('bo', 'approve'), decided('bo', 'approve')]
  const view = { gate: gateOf({ count: 2, decisions }), requester: 'ana', directory, now: NOW }
  expect(countedApprovers(view)).toEqual(['bo'])
  expect(gateResult(view)).toBe('open')
  const both = { ...view, gate: gateOf({ count: 2, decisions: [...decisions, decided('cy', 'approve')] }) }
  expect(gateResult(both)).toBe('approved')
})
