import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOnce } from '../../../../src/adapters/slack/listeners/once.ts'
import { saidTo, typed } from '../../../../src/adapters/slack/listeners/typed.ts'

test.each([
  [
    'failover server2 because &quot;x&quot; &lt;now&gt; &amp; here',
    'failover server2 because &quot;x&quot; <now> & here',
  ],
  ['show runs of <@U0BO|bo>', 'show runs of @bo'],
  ['in <#C0HA|ha-pvfs> or <#C0HA>', 'in #ha-pvfs or #C0HA'],
  ['for <!subteam^S0ONCALL|@oncall>', 'for @oncall'],
  ['on <http://node1.example|node1.example>', 'on node1.example'],
  ['&amp;lt;', '&lt;'],
])('%s was typed as %s', (sent, meant) => {
  expect(typed(sent)).toBe(meant)
})

test('text without markup arrives as it was typed, however Slack escapes it', () => {
  const plain = fc.string({ unit: 'binary', maxLength: 200 }).map(text => text.trim())
  const sent = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  fc.assert(
    fc.property(plain, text => {
      expect(typed(sent(text))).toBe(text)
    }),
  )
})

test('a mention of the bot is not part of what is said, wherever it stands', () => {
  expect(saidTo('U0HABOT', '<@U0HABOT> status')).toBe('status')
  expect(saidTo('U0HABOT', 'status <@U0HABOT|ha>')).toBe('status')
  expect(saidTo('U0HABOT', '<@U0HABOT> show <@U0BO|bo>')).toBe('show @bo')
})

test('a key is let through once, and only the latest are remembered', () => {
  const once = createOnce(2)
  expect([once('a'), once('a'), once('b'), once('c'), once('a')]).toEqual([true, false, true, true, true])
})
