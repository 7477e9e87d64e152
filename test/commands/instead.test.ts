import { expect, test } from 'vitest'
import { parseCommand } from '../../src/commands/grammar.ts'
import { libraryWith } from '../support/bench-parts.ts'
import { pvfsCluster } from '../support/statuses.ts'

const library = await libraryWith()
const old = { ...pvfsCluster('lvm'), stack: 'rgmanager' as const }
const older = { ...pvfsCluster('evms'), stack: 'heartbeat' as const }
const today = pvfsCluster('pvfs')

function refusal(text: string, inventory: Parameters<typeof parseCommand>[1]['inventory'], ofChannel?: string) {
  const command = parseCommand(text, { library, inventory }, ofChannel)
  return command.ok ? undefined : command.problems[0]
}

test.each([
  ['standby node3', { lvm: old }, 'lvm (rgmanager) has no such command.', /\/ha failover <group> moves each service/],
  ['unstandby node3', { evms: older }, 'evms (heartbeat) has no such command.', /hand-over and nothing that lasts/],
  ['maintenance on', { evms: older }, 'evms (heartbeat) has no such command.', /There is no such state/],
  ['verify cib', { evms: older }, 'evms (heartbeat) has no such command.', /\/ha verify config/],
])('"%s" on a stack that has no such thing says what to use instead', (text, inventory, message, next) => {
  const problem = refusal(text, inventory)
  expect(problem).toMatchObject({ code: 'not-on-stack', message, stillTrue: 'Nothing ran.' })
  expect(problem?.next).toMatch(next)
})

test('a command that another cluster has is not tried on the cluster of the channel', () => {
  const problem = refusal('standby node3', { pvfs: today, lvm: old }, 'lvm')
  expect(problem).toMatchObject({ code: 'not-on-stack' })
  expect(problem?.next).toContain('It has no standby.')
})

test('a word that no stack knows stays an unknown command', () => {
  expect(refusal('stanby node3', { lvm: old })).toMatchObject({ code: 'unknown-verb' })
})
