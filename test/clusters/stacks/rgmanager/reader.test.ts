import { describe, expect, it } from 'vitest'
import { ARTICLE_CONF, HA_LVM_CONF } from '../../../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { rgmanagerReader } from '../../../../src/clusters/stacks/rgmanager/reader.ts'
import { CLUSTAT, FENCE, INQUORATE, LOST, NODES, parseAs, STATUS, statusOf } from './samples.ts'

const group = (attributes: string) =>
  CLUSTAT.replace(/state="112" state_str="started" flags="0" flags_str=""/, attributes)
const inState = (state: number, word: string, owner = 'serv-0001') =>
  statusOf({
    clustat: group(`state="${state}" state_str="${word}" flags="0" flags_str=""`).replace(
      'owner="serv-0001"',
      `owner="${owner}"`,
    ),
  })

describe('a sound cluster', () => {
  const status = statusOf()

  it('is quorate, settled, and fences every node', () => {
    expect(status).toMatchObject({
      stack: 'rgmanager',
      quorate: true,
      settled: true,
      unsettledBecause: [],
      failures: [],
      maintenance: false,
      fencing: { enabled: true, devices: ['ipmirecover1', 'ipmirecover2'], pending: [] },
      configuration: { version: '2', digest: 'a1'.repeat(32) },
    })
  })

  it('names the service as a person types it, with its parts, its place and the place it prefers', () => {
    expect(status.groups).toEqual({
      serv: expect.objectContaining({
        name: 'serv',
        kind: 'group',
        node: 'serv-0001',
        state: 'started',
        prefers: 'serv-0001',
      }),
    })
    expect(status.groups['serv']?.members.map(member => `${member.name} ${member.agent} ${member.role}`)).toEqual([
      'lvm lvm Started',
      'FS fs Started',
    ])
    expect(status.nodes['serv-0001']).toMatchObject({ state: 'online', groups: ['serv'], fenceable: true })
  })

  it('asks every node, and nothing that changes anything', () => {
    expect(rgmanagerReader.asks).toBe('all')
    for (const query of rgmanagerReader.queries) expect(query.script).not.toMatch(/clusvcadm|fence_node|service /)
  })
})

describe('the states of a service', () => {
  it.each([
    { state: 110, word: 'stopped', owner: 'none', read: 'stopped', settled: true },
    { state: 111, word: 'starting', owner: 'serv-0001', read: 'starting', settled: false },
    { state: 113, word: 'stopping', owner: 'serv-0001', read: 'stopping', settled: false },
    { state: 114, word: 'failed', owner: 'none', read: 'failed', settled: true },
    { state: 116, word: 'checking', owner: 'serv-0001', read: 'started', settled: false },
    { state: 117, word: 'recoverable', owner: 'none', read: 'failed', settled: true },
    { state: 118, word: 'recovering', owner: 'serv-0001', read: 'starting', settled: false },
    { state: 119, word: 'disabled', owner: 'none', read: 'stopped', settled: true },
    { state: 120, word: 'migrating', owner: 'serv-0001', read: 'stopping', settled: false },
  ])('$state $word is read as $read', ({ state, word, owner, read, settled }) => {
    const status = inState(state, word, owner)
    expect(status.groups['serv']).toMatchObject({
      state: read,
      node: owner === 'none' ? '' : owner,
      disabled: state === 119,
    })
    expect(status.settled).toBe(settled)
  })

  it('a failed one is a failure, on its last owner, since when', () => {
    expect(inState(114, 'failed', 'none').failures).toEqual([
      expect.objectContaining({
        resource: 'serv',
        group: 'serv',
        node: 'serv-0002',
        task: 'stop',
        at: '2014-08-03T15:36:43.000Z',
      }),
    ])
  })

  it('one of an unknown number may not be touched', () => {
    expect(inState(199, 'daydreaming').groups['serv']?.state).toBe('blocked')
  })

  it('a frozen one is not managed, and when all are, the cluster is in maintenance', () => {
    const status = statusOf({ clustat: group('state="112" state_str="started" flags="1" flags_str="frozen"') })
    expect(status.groups['serv']).toMatchObject({ managed: false, state: 'started' })
    expect(status.maintenance).toBe(true)
  })

  it('one whose part is down is partial, and a failure', () => {
    const status = statusOf({ clustat: group('state="112" state_str="started" flags="2" flags_str="partial"') })
    expect(status.groups['serv']).toMatchObject({ managed: true, state: 'partial' })
    expect(status.failures).toHaveLength(1)
  })
})

describe('names', () => {
  it('a virtual machine keeps its kind only where a service has the same name', () => {
    const vm = (name: string) =>
      statusOf({
        clustat: CLUSTAT.replace(
          '  </groups>',
          `    <group name="vm:${name}" state="112" state_str="started" flags="0" owner="serv-0002"/>\n  </groups>`,
        ),
      })
    expect(Object.keys(vm('guest').groups)).toEqual(['serv', 'guest'])
    expect(vm('guest').groups['guest']?.kind).toBe('resource')
    expect(Object.keys(vm('serv').groups)).toEqual(['service:serv', 'vm:serv'])
  })
})

describe('a node that was lost', () => {
  const status = statusOf(LOST)

  it('is unclean until it has been fenced, and its service is said to be there still', () => {
    expect(status.nodes['serv-0001']).toMatchObject({ online: false, unclean: true, state: 'unclean (offline)' })
    expect(status.groups['serv']?.node).toBe('serv-0001')
    expect(status.fencing.pending).toEqual(['fencing of serv-0001'])
    expect(status.unsettledBecause).toEqual([
      'fencing under way: fencing of serv-0001',
      'the fence domain waits for fencing',
    ])
  })

  it('is merely offline once that is done', () => {
    const fenced = statusOf({ ...LOST, fence: FENCE })
    expect(fenced.nodes['serv-0001']).toMatchObject({ unclean: false, state: 'offline' })
    expect(fenced.settled).toBe(true)
  })
})

describe('a cluster without quorum', () => {
  it.each([
    { by: 'clustat', said: { clustat: INQUORATE } },
    { by: 'cman', said: { status: STATUS.replace('Quorum: 1', 'Quorum: 2 Activity blocked') } },
  ])('is not quorate when $by says so', ({ said }) => {
    expect(statusOf(said).quorate).toBe(false)
  })

  it('cannot say what its services do: they are known by name and may not be touched', () => {
    const status = statusOf({ clustat: INQUORATE })
    expect(status.groups['serv']).toMatchObject({ state: 'blocked', node: '' })
    expect(status.settled).toBe(false)
    expect(status.unsettledBecause).toContain('serv-0002 cannot say what serv does')
  })
})

describe('a member without rgmanager', () => {
  it('takes no services, and does not answer for them', () => {
    const clustat = CLUSTAT.replace('local="1" estranged="0" rgmanager="1"', 'local="1" estranged="0" rgmanager="0"')
    const status = statusOf({ clustat })
    expect(status.nodes['serv-0002']).toMatchObject({ online: true, standby: true, state: 'online, no rgmanager' })
    expect(status.groups['serv']?.state).toBe('blocked')
  })
})

describe('cluster.conf', () => {
  it('an empty <fence> is no fencing', () => {
    const status = statusOf({ conf: ARTICLE_CONF.replace('config_version="1"', 'config_version="2"') })
    expect(status.fencing).toMatchObject({ enabled: false, devices: [] })
    expect(status.nodes['serv-0001']?.fenceable).toBe(false)
  })

  it('a method that uses a device that does not exist covers nobody', () => {
    const status = statusOf({
      conf: HA_LVM_CONF.replace('<device name="ipmirecover2"/>', '<device name="ipmirecover3"/>'),
    })
    expect(status.nodes['serv-0002']?.fenceable).toBe(false)
    expect(status.nodes['serv-0001']?.fenceable).toBe(true)
  })

  it('nodes outside a restricted domain are banned', () => {
    const conf = HA_LVM_CONF.replace('restricted="0"', 'restricted="1"').replace(
      /\s*<failoverdomainnode name="serv-0002" priority="2"\/>/,
      '',
    )
    expect(statusOf({ conf }).groups['serv']?.bannedFrom).toEqual(['serv-0002'])
  })

  it('another version than the one that runs is said, and the cluster is not settled', () => {
    const status = statusOf({ conf: HA_LVM_CONF.replace('config_version="2"', 'config_version="3"') })
    expect(status.unsettledBecause).toEqual(['serv-0002 runs configuration 2, and its cluster.conf is version 3'])
  })
})

describe('what is not an answer is refused', () => {
  const nothing = (stderr: string) => ({ stdout: '', stderr, exitCode: 1, truncated: false })

  it.each([
    { what: 'cman is down', clustat: nothing('Could not connect to CMAN: No such file'), code: 'cluster-not-running' },
    { what: 'there is no clustat', clustat: nothing('sh: clustat: not found'), code: 'tool-missing' },
    { what: 'nothing at all', clustat: nothing(''), code: 'answer-empty' },
    { what: 'too much', clustat: { ...nothing(''), stdout: CLUSTAT, truncated: true }, code: 'answer-too-long' },
  ])('$what', ({ clustat, code }) => {
    expect(parseAs('serv-0001', {}, { clustat })).toMatchObject({ ok: false, problems: [{ code }] })
  })

  it('a login that may not read cluster.conf is told to become root', () => {
    const conf = nothing('sh: cannot open /etc/cluster/cluster.conf: Permission denied')
    expect(parseAs('serv-0001', {}, { conf })).toMatchObject({
      problems: [{ code: 'not-allowed', next: expect.stringContaining('become: sudo') }],
    })
  })

  it.each([
    { what: 'nodes', said: { nodes: NODES.replace('serv-0002', '') } },
    { what: 'fence', said: { fence: FENCE.replace('victim count', 'victims') } },
    { what: 'status', said: { status: STATUS.replace('Quorum', 'Quarum') } },
    { what: 'digest', said: { digest: 'deadbeef  -\n' } },
  ])('$what in another form', ({ said }) => {
    expect(parseAs('serv-0001', said)).toMatchObject({ ok: false, problems: [{ code: 'answer-not-understood' }] })
  })

  it('a node of another stack says which one', () => {
    const facts = [
      'ha.cf=there',
      'crm=',
      'haresources=there',
      'cluster.conf=absent',
      'rm=absent',
      'clustat=absent',
      'corosync.conf=absent',
      'pacemakerd=absent',
      'end',
      '',
    ]
    const stack = { ...nothing(''), stdout: facts.join('\n') }
    expect(parseAs('serv-0001', {}, { stack })).toMatchObject({
      ok: false,
      problems: [{ code: 'wrong-stack', next: expect.stringContaining('stack: heartbeat') }],
    })
  })
})
