import { describe, expect, test } from 'vitest'
import { CLUSTER, lines, loaded } from './loading.ts'

const withLedger = (ledger: string): string =>
  CLUSTER.replace('agent: true', `agent: true, ledger: ${JSON.stringify(ledger)}`)

describe('the folder of a node’s own record', () => {
  test.each(['/var/lib/ha-bot', '/opt/ha_bot/ledger.d', '.ha-bot', 'own/.ha-bot'])(
    'may be %s, and stays as it is written',
    async ledger => {
      expect((await loaded(withLedger(ledger))).inventory['pvfs']?.ssh.ledger).toBe(ledger)
    },
  )

  test.each([
    '',
    '/',
    '~/ha-bot',
    '/var/lib/ha bot',
    '/var/../etc',
    '..',
    './x',
    '-x',
    '/var/lib/',
    '$HOME/x',
    'a//b',
    "a'b",
    'ü',
  ])('may not be %j: it stands in commands for the nodes', async ledger => {
    expect(await lines(withLedger(ledger))).toEqual([
      expect.stringContaining(
        'clusters.pvfs.ssh.ledger must be a folder on the nodes, absolute or from the home of the login',
      ),
    ])
  })
})
