import { expect, it } from 'vitest'
import { pacemakerReader } from '../../../src/clusters/stacks/pacemaker/reader.ts'
import { readerOf } from '../../../src/clusters/stacks/readers.ts'

it('Pacemaker has its reader', () => {
  expect(readerOf('pacemaker')).toEqual({ ok: true, value: pacemakerReader })
})

it.each(['heartbeat-crm', 'heartbeat', 'rgmanager'] as const)('%s says that it comes later', stack => {
  expect(readerOf(stack)).toMatchObject({
    ok: false,
    problems: [{ code: 'stack-not-supported', message: expect.stringContaining(stack) }],
  })
})
