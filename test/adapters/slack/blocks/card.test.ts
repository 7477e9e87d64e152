import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { card } from '../../../../src/adapters/slack/blocks/card.ts'
import { jsonBytes, LIMITS } from '../../../../src/adapters/slack/limits.ts'
import { blocksAsText } from '../../../support/blocks-as-text.ts'
import { anyView } from '../any-view.ts'
import { step, VIEWS, view } from '../views.ts'
import { markupIn, objections } from '../within-limits.ts'

describe.each(Object.entries(VIEWS))('the card of a run that is %s', (name, shown) => {
  test('reads as it should', async () => {
    const message = card(shown)
    await expect(blocksAsText(message.blocks)).toMatchFileSnapshot(`../goldens/card-${name}.txt`)
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(`../goldens/card-${name}.json`)
  })

  test('is taken by Slack', () => {
    expect(objections(card(shown).blocks)).toEqual([])
  })
})

test('a card is taken by Slack whatever a run holds, and has no place where its texts are read as markup', () => {
  fc.assert(
    fc.property(anyView, any => {
      const { blocks, text } = card(any)
      expect(objections(blocks)).toEqual([])
      expect(markupIn(blocks)).toEqual([])
      expect(text).not.toMatch(/[<>]/)
      expect(text.length).toBeLessThanOrEqual(LIMITS.messageText)
    }),
    { numRuns: 150 },
  )
})

test('buttons stay whatever has to be left out', () => {
  fc.assert(
    fc.property(anyView, any => {
      const actions = card(any).blocks.filter(block => block.type === 'actions')
      expect(actions).toHaveLength(any.actions.length > 0 ? 1 : 0)
    }),
    { numRuns: 50 },
  )
})

test('outputs are left out before commands, commands before old steps are folded', () => {
  const noisy = view('running', {
    steps: Array.from({ length: 28 }, (_, at) =>
      step(`s${at}`, at < 20 ? 'done' : 'failed', { tail: 'x'.repeat(900), hosts: 'node1' }),
    ),
  })
  const text = blocksAsText(card(noisy).blocks)
  expect(text).not.toContain('xxx')
  expect(text).toContain('✓ s0')
})

test('steps that went well are folded when a run has very many', () => {
  const long = view('running', {
    steps: Array.from({ length: 45 }, (_, at) =>
      step(`s${at}`, at < 40 ? 'done' : at === 40 ? 'running' : 'ahead', { detail: 'd'.repeat(150) }),
    ),
  })
  const text = blocksAsText(card(long).blocks)
  expect(text).toMatch(/^steps 1-\d+ ✓$/m)
  expect(text).toContain('◌ s40')
})

test('a warning stands above what happens', () => {
  const text = blocksAsText(card(VIEWS['waiting'] ?? view('waiting')).blocks)
  expect(text.indexOf('⚠')).toBeGreaterThan(0)
  expect(text.indexOf('⚠')).toBeLessThan(text.indexOf('What happens'))
})

test('a button carries the token of the gate and nothing else', () => {
  const [actions] = card(VIEWS['waiting'] ?? view('waiting')).blocks.filter(block => block.type === 'actions')
  const approve = actions?.elements.find(element => 'value' in element && element.action_id === 'ha_approve')
  expect(approve).toMatchObject({ value: '00112233445566778899aabbccddeeff' })
})

test('an ordinary card is far below the limit', () => {
  for (const shown of Object.values(VIEWS)) expect(jsonBytes(card(shown).blocks)).toBeLessThan(LIMITS.messageBytes / 2)
})
