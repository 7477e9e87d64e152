import { describe, expect, it } from 'vitest'
import { groupAddresses, labNames, seatsOf } from '../../../lab/real/names.ts'

const labs = Array.from({ length: 256 }, (_, number) => labNames(number))

describe('labNames', () => {
  it('keeps any two labs apart by prefix and network', () => {
    expect(new Set(labs.map(names => names.prefix)).size).toBe(256)
    expect(new Set(labs.map(names => names.network)).size).toBe(256)
    for (const names of labs) expect(labs.filter(other => other.prefix.startsWith(names.prefix))).toHaveLength(1)
  })

  it('keeps the link on the host within the 15 characters Linux allows', () => {
    for (const names of labs) expect(names.hostLink.length).toBeLessThanOrEqual(15)
  })

  it('derives the addresses of a lab from its number', () => {
    const names = labNames(127)

    expect(names).toMatchObject({ prefix: 'hab7f', hostAddress: '10.213.127.254', switchNamespace: 'hab7f-switch' })
    expect(groupAddresses(names, ['server0', 'server1'])).toEqual({
      server0: '10.213.127.100',
      server1: '10.213.127.101',
    })
  })
})

describe('seatsOf', () => {
  it('gives each node addresses for itself and its BMC, and a namespace, all of its own', () => {
    const seats = seatsOf(labNames(127), ['n1', 'n2'])

    expect(seats).toEqual([
      {
        name: 'n1',
        number: 1,
        address: '10.213.127.1',
        privateAddress: '192.168.213.1',
        bmcAddress: '10.213.127.11',
        namespace: 'hab7f-n1',
        hardwareAddress: '02:00:0a:d5:7f:01',
      },
      {
        name: 'n2',
        number: 2,
        address: '10.213.127.2',
        privateAddress: '192.168.213.2',
        bmcAddress: '10.213.127.12',
        namespace: 'hab7f-n2',
        hardwareAddress: '02:00:0a:d5:7f:02',
      },
    ])
  })
})
