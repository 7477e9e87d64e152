import { expect, test } from 'vitest'
import { attestedText } from '../../src/policy/attest.ts'

test('the text that is signed names its format, its kind and every field, in one order', () => {
  const fields = { at: 1, person: 'bo', text: '', run: 'R', gate: 'g', digest: 'd', decision: 'approve' } as const
  expect(attestedText('decision', fields)).toBe(
    '{"at":1,"decision":"approve","digest":"d","format":"ha-bot/attestation/1","gate":"g","kind":"decision","person":"bo","run":"R","text":""}',
  )
})

test('words of one kind can never be passed off as another kind', () => {
  const fields = { run: 'R', person: 'bo', text: 'failover server2', at: 1 }
  expect(attestedText('request', fields)).not.toBe(attestedText('stop', fields))
})
