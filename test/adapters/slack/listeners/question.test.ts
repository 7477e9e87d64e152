import { describe, expect, test } from 'vitest'
import { closedText, isOpen, readOpenStep } from '../../../../src/adapters/slack/listeners/question.ts'
import { GATE, view } from '../views.ts'

const OLD = 'f'.repeat(32)
const drifted = view('waiting', {
  gate: GATE,
  decisions: ['approved by Bo 14:03:40 UTC · void since'],
  voided: { [OLD]: 'server2 was on node3 and is now on node4' },
  actions: ['approve', 'deny', 'details'],
})

describe('a button of an older plan', () => {
  test('opens no question, and says what changed', () => {
    expect(isOpen(drifted, OLD)).toBe(false)
    expect(closedText(drifted, OLD)).toBe(
      [
        'That plan of #42 is void: server2 was on node3 and is now on node4.',
        'Your decision was not counted.',
        'The card shows the new plan as soon as there is one; decide about that.',
      ].join('\n'),
    )
  })

  test('leaves the question of the new plan open', () => {
    expect(isOpen(drifted, GATE.token)).toBe(true)
  })

  test('that no plan ever had says who decided', () => {
    expect(closedText(drifted, 'constructor')).toContain('#42: approved by Bo 14:03:40 UTC')
  })
})

test.each(['', '{', '{}', '{"run":"x","number":42,"step":"move"}'])(
  'a window that carries %j is about no step',
  metadata => {
    expect(readOpenStep(metadata)).toBeUndefined()
  },
)
