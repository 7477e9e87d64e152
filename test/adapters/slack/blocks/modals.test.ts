import fc from 'fast-check'
import { expect, test } from 'vitest'
import { approveModal, denyModal, detailsModal, markDoneModal } from '../../../../src/adapters/slack/blocks/modals.ts'
import { blocksAsText } from '../../../support/blocks-as-text.ts'
import { anyView } from '../any-view.ts'
import { COMMANDS, GATE, VIEWS, view } from '../views.ts'
import { markupIn, objections } from '../within-limits.ts'

const waiting = VIEWS['waiting'] ?? view('waiting')

test('the window of an approver shows the plan, every command, and its digest', async () => {
  const modal = approveModal(waiting, '{}')
  await expect(blocksAsText(modal.blocks)).toMatchFileSnapshot('../goldens/modal-approve.txt')
  expect(blocksAsText(modal.blocks)).toContain(GATE.digest)
})

test('what must be typed is asked for where the gate demands it', () => {
  const modal = approveModal(VIEWS['waiting-for-two'] ?? waiting, '{}')
  expect(blocksAsText(modal.blocks)).toContain('Type node2 to approve: ________')
  expect(blocksAsText(approveModal(waiting, '{}').blocks)).not.toContain('Type')
})

test('a long script is shown whole, in pieces', () => {
  const source = Array.from({ length: 2_000 }, (_, at) => `echo line ${at}`).join('\n')
  const long = view('waiting', { gate: GATE, commands: [{ ...(COMMANDS[0] ?? never()), source }] })
  const pieces = approveModal(long, '{}').blocks.flatMap(block =>
    block.type === 'rich_text' && 'elements' in block ? block.elements : [],
  )
  const printed = pieces.flatMap(part => (part.type === 'rich_text_preformatted' ? part.elements : []))
  expect(printed.map(element => ('text' in element ? element.text : '')).join('')).toContain(source)
})

test('a plan that no window can hold says so above its commands', () => {
  const many = Array.from({ length: 80 }, (_, at) => ({ ...(COMMANDS[0] ?? never()), step: `step ${at}` }))
  const text = blocksAsText(approveModal(view('waiting', { gate: GATE, commands: many }), '{}').blocks)
  expect(text.indexOf('ha show 42')).toBeGreaterThan(0)
  expect(text.indexOf('ha show 42')).toBeLessThan(text.indexOf('step 0'))
})

test('the window of Mark as done shows what is known and asks what was seen', async () => {
  const modal = markDoneModal(VIEWS['unknown'] ?? waiting, '{}')
  await expect(blocksAsText(modal.blocks)).toMatchFileSnapshot('../goldens/modal-mark-done.txt')
  expect(blocksAsText(modal.blocks)).toContain('What did you see?: ________')
})

test('windows are taken by Slack whatever a run holds', () => {
  fc.assert(
    fc.property(anyView, any => {
      for (const modal of [
        approveModal(any, '{}'),
        denyModal(any, '{}'),
        markDoneModal(any, '{}'),
        detailsModal(any),
      ]) {
        expect(objections(modal.blocks, 'modal')).toEqual([])
        expect(markupIn(modal.blocks)).toEqual([])
        expect(modal.title.text.length).toBeLessThanOrEqual(24)
      }
    }),
    { numRuns: 60 },
  )
})

function never(): never {
  throw new Error('the sample has commands')
}
