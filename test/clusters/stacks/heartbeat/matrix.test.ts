import { describe, expect, it } from 'vitest'
import { problemText } from '../../../../src/problem.ts'
import { CF, mustRead, together } from './answers.ts'

type Says = Parameters<typeof together>[0]

function owners(says: Says): Readonly<Record<string, string>> {
  const { groups } = mustRead(together(says))
  return Object.fromEntries(
    Object.values(groups).map(({ name, node, nodes, state }) => [name, `${state} ${node || nodes.join('+')}`.trim()]),
  )
}

describe('who owns what, from the words of both nodes', () => {
  it.each([
    { fred: 'local', barney: 'local', address: 'started fred', dg1: 'started barney' },
    { fred: 'all', barney: 'none', address: 'started fred', dg1: 'started fred' },
    { fred: 'none', barney: 'all', address: 'started barney', dg1: 'started barney' },
    { fred: 'foreign', barney: 'foreign', address: 'started barney', dg1: 'started fred' },
    { fred: 'local', barney: 'foreign', address: 'started barney+fred', dg1: 'stopped' },
    { fred: 'all', barney: 'all', address: 'started barney+fred', dg1: 'started barney+fred' },
    { fred: 'none', barney: 'none', address: 'stopped', dg1: 'stopped' },
    { fred: 'transition', barney: 'transition', address: 'starting', dg1: 'starting' },
    { fred: 'stopped', barney: 'all', address: 'started barney', dg1: 'started barney' },
    { fred: 'stopped', barney: 'stopped', address: 'stopped', dg1: 'stopped' },
  ])('fred $fred, barney $barney', ({ fred, barney, address, dg1 }) => {
    const sees = { fred: barney === 'stopped' ? 'dead' : 'active', barney: fred === 'stopped' ? 'dead' : 'active' }
    expect(owners({ fred: { holds: fred, sees: sees.fred }, barney: { holds: barney, sees: sees.barney } })).toEqual({
      '192.168.1.100': address,
      dg1,
    })
  })

  it('a group that both own is a failure on both of them', () => {
    const { failures, settled } = mustRead(together({ fred: { holds: 'all' }, barney: { holds: 'local' } }))
    expect(failures.map(({ group, node, task }) => [group, node, task])).toEqual([
      ['dg1', 'barney', 'active-twice'],
      ['dg1', 'fred', 'active-twice'],
    ])
    expect(failures[0]?.reason).toBe('barney and fred both say that they own it')
    expect(settled).toBe(true)
  })

  it('a group that nobody owns is an outage, and says so', () => {
    const { failures } = mustRead(together({ fred: { holds: 'none' }, barney: { holds: 'local' } }))
    expect(failures).toEqual([
      expect.objectContaining({ group: '192.168.1.100', task: 'unserved', reason: 'neither barney nor fred owns it' }),
    ])
  })

  it('while a node hands over, what nobody owns is no failure but under way', () => {
    const status = mustRead(together({ fred: { holds: 'transition' }, barney: { holds: 'local' } }))
    expect(status.failures).toEqual([])
    expect(status.settled).toBe(false)
    expect(status.unsettledBecause).toEqual(['fred is handing over or taking over (rscstatus transition)'])
  })

  it('has no quorum to speak of, prefers the first word of the line, and knows its links', () => {
    const status = mustRead(together({ fred: {}, barney: {} }))
    expect(status).toMatchObject({
      stack: 'heartbeat',
      withoutQuorum: true,
      settled: true,
      failures: [],
      leftovers: [],
    })
    expect(status.groups['dg1']).toMatchObject({ prefers: 'barney', node: 'barney' })
    expect(status.nodes['fred']).toMatchObject({ state: 'online', groups: ['192.168.1.100'] })
    expect(status.readFrom).toEqual(['barney', 'fred'])
  })
})

describe('nodes that call each other dead while both run', () => {
  it('are a split brain that stops everything, with the matrix', () => {
    const result = together({ fred: { holds: 'all', sees: 'dead' }, barney: { holds: 'all', sees: 'dead' } })
    if (result.ok) throw new Error('it was believed')
    expect(result.problems.map(problemText)).toEqual([
      [
        '192.168.1.100  fred: owns it  barney: owns it',
        'dg1  fred: owns it  barney: owns it',
        'fred sees barney dead',
        'barney sees fred dead',
        'barney and fred run Heartbeat and call each other dead, and both own 192.168.1.100 and dg1: split brain in files.',
        'Nothing was changed. Look now at what is mounted on both, decide which node may keep it, and stop the other one by its power switch; then mend the links.',
      ].join('\n'),
    ])
  })

  it('are a split brain as well before they own anything twice', () => {
    const result = together({ fred: { sees: 'dead' }, barney: { sees: 'dead' } })
    expect(!result.ok && result.problems[0]?.code).toBe('split-brain')
  })

  it('are none while only one calls the other dead: it may pass, and the cluster is not settled', () => {
    const status = mustRead(together({ fred: { sees: 'dead' }, barney: {} }))
    expect(status.unsettledBecause).toContain('fred calls barney dead, where Heartbeat runs')
    expect(status.nodes['barney']?.state).toBe('pending')
  })
})

describe('a node that gives no reading', () => {
  it('is called dead by the other, which owns everything: that is believed, and the cluster is not settled', () => {
    const status = mustRead(together({ barney: { holds: 'all', sees: 'dead' } }))
    expect(status.groups['192.168.1.100']).toMatchObject({ node: 'barney', state: 'started' })
    expect(status.nodes['fred']).toMatchObject({ online: false, state: 'offline' })
    expect(status.settled).toBe(false)
    expect(status.unsettledBecause).toEqual([
      'fred gave no reading: where groups run rests on the word of barney alone, which calls it dead',
    ])
  })

  it('may own what the other does not: then it is not known who does', () => {
    const status = mustRead(together({ barney: { holds: 'local' } }))
    expect(status.groups['192.168.1.100']).toMatchObject({ node: '', nodes: [], state: 'unknown' })
    expect(status.groups['dg1']).toMatchObject({ node: 'barney', state: 'started' })
    expect(status.failures).toEqual([])
    expect(status.unsettledBecause).toContain(
      'it is not known who holds 192.168.1.100: not barney, and fred did not say',
    )
  })

  it('beside one whose Heartbeat is stopped leaves nothing to be known', () => {
    const status = mustRead(together({ barney: { holds: 'stopped' } }))
    expect(status.groups['dg1']?.state).toBe('unknown')
    expect(status.nodes).toMatchObject({ fred: { state: 'unknown' }, barney: { state: 'offline' } })
    expect(status.unsettledBecause).toContain('fred gave no reading, and barney knows nothing of it')
  })
})

describe('other things that stand against touching it', () => {
  it('a dead link is a failure, a node that is dead has none, and its own links do not count', () => {
    const cut = mustRead(together({ fred: { links: ['up', 'dead'] }, barney: {} }))
    expect(cut.failures).toEqual([
      {
        resource: 'eth1',
        group: '',
        node: 'barney',
        task: 'link',
        reason: 'fred hears nothing from barney over it',
        at: '',
      },
    ])
    const lost = mustRead(together({ barney: { holds: 'all', sees: 'dead', links: ['dead', 'dead'] } }))
    expect(lost.failures).toEqual([])
  })

  it('nodes with different files are not settled; comments, spaces and the hostdata of OpenGFS make no difference', () => {
    const ogfs = (address: string) =>
      `fred 192.168.1.100 \\\n Filesystem::/dev/sda3::/ogfs::ogfs::hostdata=${address} smb\n`
    const gfs = (address: string) => ogfs(address).replaceAll('ogfs', 'gfs')
    const settled = (fred: Says['fred'], barney: Says['barney']) =>
      mustRead(together({ ...(fred && { fred }), ...(barney && { barney }) })).settled
    const one = { haresources: ogfs('192.168.1.1') }
    expect(settled(one, { haresources: `# the same\n\n${ogfs('192.168.1.2')}` })).toBe(true)
    expect(settled(one, { haresources: ogfs('192.168.1.2').replace('smb', 'nfs') })).toBe(false)
    expect(settled({ haresources: gfs('192.168.1.1') }, { haresources: gfs('192.168.1.2') })).toBe(false)
    expect(settled({ cf: CF }, { cf: CF.replace('deadtime 30', 'deadtime  10') })).toBe(false)
    expect(settled({ cf: CF }, { cf: CF.replace('deadtime 30', ' deadtime\t30 # seconds') })).toBe(true)
  })

  it('fencing is on with a stonith line; an IPMI line covers the node that it names', () => {
    const ipmi = `${CF}stonith_host * external/ipmi fred 192.168.5.11\n`
    const { fencing, nodes } = mustRead(together({ fred: { cf: ipmi }, barney: { cf: ipmi } }))
    expect(fencing).toMatchObject({ enabled: true, devices: ['external/ipmi'] })
    expect([nodes['fred']?.fenceable, nodes['barney']?.fenceable]).toEqual([true, false])
    expect(mustRead(together({ fred: {}, barney: {} })).fencing.enabled).toBe(false)
  })
})
