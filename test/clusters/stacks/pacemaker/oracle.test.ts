import { describe, expect, it } from 'vitest'
import { committed, FIXTURE_NAMES, statusOf } from '../../reading.ts'
import { containers, guestHosts, locations, nodeLines, resourceLines } from './oracles.ts'

const isAscii = (name: string) => /^[\x20-\x7e]*$/.test(name)
const isFence = (agent: string) => agent.startsWith('stonith:')

describe.each(FIXTURE_NAMES)('%s: the parser says what the real tools say', name => {
  const status = statusOf(name)
  const text = committed(name, 'crm_mon.txt')
  const hosts = guestHosts(text)
  const hosted = (node: string) => hosts.get(node) ?? node
  const lines = resourceLines(text)
  const configured = lines.filter(line => !isFence(line.agent) && !hosts.has(line.name))

  it('about the nodes and their states', () => {
    const said = nodeLines(text)
    expect(Object.keys(status.nodes).sort()).toEqual(said.map(line => line.name).sort())
    for (const line of said)
      expect(`${line.name}: ${status.nodes[line.name]?.state}`).toBe(`${line.name}: ${line.words}`)
  })

  it('about where each resource runs', () => {
    const located = locations(committed(name, 'locate.txt'))
    for (const group of Object.values(status.groups)) {
      for (const member of group.members) {
        // Asked about one part of a clone, crm_resource answers for the whole clone; and it takes only ASCII names.
        if (group.kind === 'clone' || !isAscii(member.name)) continue
        const expected = [...new Set([...(located.get(member.name) ?? [])].map(hosted))].sort()
        const seen = group.members.filter(other => other.name === member.name).flatMap(other => other.nodes)
        expect({ [member.name]: [...new Set(seen)].sort() }).toEqual({ [member.name]: expected })
      }
      if (!isAscii(group.name)) continue
      const everywhere = [...new Set([...(located.get(group.name) ?? [])].map(hosted))].sort()
      expect({ [group.name]: [...group.nodes].sort() }).toEqual({ [group.name]: everywhere })
    }
  })

  it('about which groups there are, and what hinders their members', () => {
    const members = Object.values(status.groups).flatMap(group => group.members)
    const shown = lines.filter(line => !isFence(line.agent)).map(line => line.name)
    for (const member of members) expect(shown).toContain(member.name)
    expect(members.map(member => member.name)).toEqual(expect.arrayContaining(configured.map(line => line.name)))
    for (const line of configured) {
      const seen = members.filter(member => member.name === line.name)
      expect(seen.map(member => member.agent)).toContain(line.agent)
      const isUnderWay = /ing$/.test(line.role)
      if (!isUnderWay)
        expect(seen.flatMap(member => member.nodes)).toEqual(expect.arrayContaining(line.nodes.map(hosted)))
      else expect(seen.map(member => member.pending)).toContain(line.role)
      if (line.role === 'FAILED') expect(seen.some(member => member.failed)).toBe(true)
      if (line.flags.includes('blocked')) expect(seen.some(member => member.blocked)).toBe(true)
      if (line.flags.includes('unmanaged')) expect(seen.some(member => !member.managed)).toBe(true)
    }
    expect(members.some(member => member.failed)).toBe(configured.some(line => line.role === 'FAILED'))
    expect(members.some(member => member.blocked)).toBe(configured.some(line => line.flags.includes('blocked')))
  })

  it('about quorum, the controller and maintenance', () => {
    const [, dc = ''] = /Current DC: (\S+) \(/.exec(text) ?? []
    expect(status.dc).toBe(dc === 'NONE' ? '' : dc)
    if (dc !== '' && dc !== 'NONE') expect(status.quorate).toBe(/partition with quorum/.test(text))
    expect(status.maintenance).toBe(text.includes('will not attempt to start, stop or recover services'))
  })

  it('about groups that are disabled or unmanaged as a whole', () => {
    for (const [group, words] of containers(text)) {
      if (!status.groups[group]) continue
      if (words.includes('(disabled)')) expect(status.groups[group]?.disabled).toBe(true)
      if (words.includes('(unmanaged)')) expect(status.groups[group]?.managed).toBe(false)
    }
  })

  it('about failed actions', () => {
    const failed = [...text.matchAll(/^ {2}\* (.+)_([a-z_]+)_\d+ on (.+) '.*' \(\d+\): .*exitreason='(.*)', last-rc/gm)]
    const said = failed.map(([, resource, task, node, reason]) => ({ resource, task, node, reason }))
    const own = ['fail-count', 'active-twice', 'orphan']
    const seen = status.failures.filter(failure => !own.includes(failure.task))
    expect(seen.map(({ resource, task, node, reason }) => ({ resource, task, node, reason }))).toEqual(said)
  })
})

it('there are more than thirty fixtures, and together they show every state of a group and of a node', () => {
  expect(FIXTURE_NAMES.length).toBeGreaterThan(30)
  const statuses = FIXTURE_NAMES.map(name => statusOf(name))
  const groups = new Set(statuses.flatMap(status => Object.values(status.groups).map(group => group.state)))
  const nodes = new Set(statuses.flatMap(status => Object.values(status.nodes).map(node => node.state)))
  expect([...groups].sort()).toEqual(['blocked', 'failed', 'partial', 'started', 'starting', 'stopped', 'stopping'])
  expect([...nodes].sort()).toEqual([
    'maintenance',
    'offline',
    'online',
    'pending',
    'standby',
    'unclean (offline)',
    'unclean (online)',
  ])
})
