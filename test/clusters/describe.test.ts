import { expect, it } from 'vitest'
import { describe as describeGroup } from '../../src/clusters/describe.ts'
import type { GroupStatus } from '../../src/clusters/status.ts'
import { statusOf } from './reading.ts'

function described(fixture: string, name: string): string {
  const group = statusOf(fixture).groups[name]
  return group ? describeGroup(group) : 'no such group'
}

it('a group is told by what its parts are, in the order in which they start', () => {
  expect(described('calm', 'server0')).toBe('address, filesystem, daemon')
})

it('several of a kind are counted', () => {
  expect(described('group-of-twenty', 'big')).toBe('20 daemons')
  expect(described('bundle', 'web')).toBe('2 addresses, daemon, 2 containers, 2 connections to a remote node')
})

it.each([
  ['ocf:heartbeat:Xen', 'virtual machine'],
  ['ocf:heartbeat:LVM-activate', 'volume group'],
  ['systemd:nginx', 'web server'],
  ['ocf:heartbeat:pgsql', 'database'],
  ['ocf:external:PVFS2', 'daemon'],
  ['lsb:exim4', 'daemon'],
])('%s is a %s', (agent, word) => {
  const base = statusOf('calm').groups['server0']
  const [member] = base?.members ?? []
  const group = { ...base, members: [{ ...member, agent }] } as GroupStatus
  expect(describeGroup(group)).toBe(word)
})
