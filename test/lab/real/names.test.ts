import { describe, expect, it } from 'vitest'
import { groupAddresses, labNames, NODE_NAMES, nodeAddress, nodeNamespace } from '../../../lab/real/names.ts'

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

  it('derives the addresses and namespaces of a lab from its number', () => {
    const names = labNames(127)

    expect(names).toMatchObject({ prefix: 'hab7f', hostAddress: '10.213.127.254', switchNamespace: 'hab7f-switch' })
    expect(NODE_NAMES.map(node => nodeAddress(names, node))).toEqual(['10.213.127.1', '10.213.127.2', '10.213.127.3'])
    expect(nodeNamespace(names, 'node3')).toBe('hab7f-node3')
    expect(groupAddresses(names)).toEqual({
      server0: '10.213.127.100',
      server1: '10.213.127.101',
      server2: '10.213.127.102',
    })
  })
})
