import { expect, it } from 'vitest'
import { haCf } from '../../../../lab/real/heartbeat/ha-cf.ts'
import { labNames, seatsOf } from '../../../../lab/real/names.ts'

const SEATS = seatsOf(labNames(7), ['n1', 'n2'])

it('each node has one fence device, and it is that of the other: Heartbeat heeds the last line that is meant for it', () => {
  const text = haCf(SEATS, { user: 'ha-lab', password: 'sesame', passwordFile: '/etc/ha-lab/bmc_password' })

  expect(text.split('\n').filter(line => line.startsWith('stonith'))).toEqual([
    'stonith_host n2 external/ipmi n1 10.213.7.11 ha-lab sesame lan',
    'stonith_host n1 external/ipmi n2 10.213.7.12 ha-lab sesame lan',
  ])
})

it('without fencing there is no device', () => {
  expect(haCf(SEATS, undefined)).not.toContain('stonith')
})
