import { describe, expect, test } from 'vitest'
import { checkBlocks, type Surface } from '../../../lab/slack/blocks/check.ts'
import { openWorkspace } from './connected.ts'

const text = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) })
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) })
const section = (length: number) => ({ type: 'section', text: mrkdwn(length) })
const button = (more: object = {}) => ({ type: 'button', text: text(5), ...more })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const times = <T>(count: number, item: T) => Array.from({ length: count }, () => item)
const option = (length: number) => ({ text: text(length), value: 'x' })

/** Each row: what is limited, blocks at the limit, blocks beyond it, and how Slack words the mistake and its place. */
const LIMITS: readonly [string, object[], object[], string][] = [
  [
    '50 blocks',
    times(50, { type: 'divider' }),
    times(51, { type: 'divider' }),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  [
    '3,000 characters of a section',
    [section(3000)],
    [section(3001)],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'an empty section text',
    [section(1)],
    [section(0)],
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    '10 fields',
    [{ type: 'section', fields: times(10, mrkdwn(9)) }],
    [{ type: 'section', fields: times(11, mrkdwn(9)) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    '150 characters of a header',
    [{ type: 'header', text: text(150) }],
    [{ type: 'header', text: text(151) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    '10 elements of a context',
    [{ type: 'context', elements: times(10, mrkdwn(1)) }],
    [{ type: 'context', elements: times(11, mrkdwn(1)) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    '25 elements of actions',
    [actions(...times(25, button()))],
    [actions(...times(26, button()))],
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    '75 characters on a button',
    [actions(button({ text: text(75) }))],
    [actions(button({ text: text(76) }))],
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    '2,000 characters in a button',
    [actions(button({ value: 'x'.repeat(2000) }))],
    [actions(button({ value: 'x'.repeat(2001) }))],
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    '255 characters of an action_id',
    [actions(button({ action_id: 'x'.repeat(255) }))],
    [actions(button({ action_id: 'x'.repeat(256) }))],
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    '255 characters of a block_id',
    [{ type: 'divider', block_id: 'x'.repeat(255) }],
    [{ type: 'divider', block_id: 'x'.repeat(256) }],
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
  ],
  [
    'block_ids that differ',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'b' },
    ],
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    'block_id `a` already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'action_ids that differ',
    [actions(button({ action_id: 'a' }), button({ action_id: 'b' }))],
    [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    'action_id `a` already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'options of a menu',
    [actions({ type: 'overflow', options: times(5, option(75)) })],
    [actions({ type: 'overflow', options: times(6, option(75)) })],
    'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'known block types',
    [{ type: 'divider' }],
    [{ type: 'dividor' }],
    'unsupported type: dividor [json-pointer:/blocks/0/type]',
  ],
  [
    'known element types',
    [actions(button())],
    [actions({ type: 'knob' })],
    'unsupported type: knob [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'required fields',
    [actions(button())],
    [actions({ type: 'button' })],
    'missing required field: text [json-pointer:/blocks/0/elements/0/text]',
  ],
  [
    'known fields',
    [{ type: 'divider' }],
    [{ type: 'divider', colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
]

describe('Block Kit', () => {
  test.each(LIMITS)('keeps to %s', (_what, fits, exceeds, words) => {
    expect(checkBlocks(fits, 'message')).toMatchObject({ ok: true })
    expect(checkBlocks(exceeds, 'message')).toEqual({
      ok: false,
      error: 'invalid_blocks',
      messages: [`[ERROR] ${words}`],
    })
  })

  test('keeps to what all text of one message may be together', () => {
    const blocks = (last: number) => [...times(4, section(3000)), section(last)]
    expect(checkBlocks(blocks(1200), 'message')).toMatchObject({ ok: true })
    expect(checkBlocks(blocks(1201), 'message')).toMatchObject({ ok: false, error: 'msg_blocks_too_long' })
  })

  test('weighs details of tasks double in a message with a plan', () => {
    const details = (length: number) => ({
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'x'.repeat(length) }] }],
    })
    const plan = (length: number) => [
      {
        type: 'plan',
        title: 'p',
        tasks: [{ type: 'task_card', task_id: '1', title: 't', status: 'error', details: details(length) }],
      },
    ]
    expect(checkBlocks(plan(5_299), 'message')).toMatchObject({ ok: true })
    expect(checkBlocks(plan(5_300), 'message')).toMatchObject({ ok: false, error: 'msg_blocks_too_long' })
  })

  test.each<[Surface, object]>([
    ['message', { type: 'alert', text: mrkdwn(3) }],
    ['modal', { type: 'markdown', text: 'x' }],
    ['home', { type: 'plan', title: 'p' }],
  ])('refuses on a %s what does not belong there', (surface, block) => {
    expect(checkBlocks([block], surface)).toMatchObject({
      ok: false,
      messages: [expect.stringContaining('unsupported type')],
    })
  })

  test('is refused as a whole when it is no list', () => {
    expect(checkBlocks('not json', 'message')).toMatchObject({ ok: false, error: 'invalid_blocks_format' })
  })
})

describe('a modal', () => {
  const modal = {
    type: 'modal',
    title: text(24),
    submit: text(24),
    close: text(24),
    private_metadata: 'x'.repeat(3000),
    blocks: times(100, { type: 'divider' }),
  }
  const input = { type: 'input', label: text(3), element: { type: 'plain_text_input' } }
  const { submit: _submit, ...withoutSubmit } = modal

  test.each<[string, object, string]>([
    ['a title of 25', { ...modal, title: text(25) }, 'must be less than 25 characters [json-pointer:/view/title/text]'],
    [
      'a submit of 25',
      { ...modal, submit: text(25) },
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'metadata of 3,001',
      { ...modal, private_metadata: 'x'.repeat(3001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      '101 blocks',
      { ...modal, blocks: times(101, { type: 'divider' }) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'an input without submit',
      { ...withoutSubmit, blocks: [input] },
      'missing required field: submit [json-pointer:/view]',
    ],
  ])('refuses %s', async (_what, view, words) => {
    const { workspace } = await openWorkspace()
    const call = (given: object) =>
      fetch(`${workspace.apiUrl}views.publish`, {
        method: 'POST',
        headers: { authorization: `Bearer ${workspace.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user_id: 'U0ANA', view: given }),
      }).then(response => response.json())
    expect(await call(modal)).toMatchObject({ ok: true })
    expect(await call(view)).toMatchObject({
      ok: false,
      error: 'invalid_arguments',
      response_metadata: { messages: [`[ERROR] ${words}`] },
    })
  })
})

test('a message text is cut at 40,000 characters, and one without any content is refused', async () => {
  const { workspace, control } = await openWorkspace()
  const post = (body: object) =>
    fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'C0HA', ...body }),
    }).then(response => response.json())
  expect(await post({ text: 'x'.repeat(40_001) })).toMatchObject({ ok: true })
  expect(control.messages().at(0)?.text).toHaveLength(40_000)
  expect(await post({ text: '' })).toMatchObject({ ok: false, error: 'no_text' })
})
