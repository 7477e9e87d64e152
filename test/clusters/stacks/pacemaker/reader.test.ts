import { describe, expect, it } from 'vitest'
import { pacemakerReader } from '../../../../src/clusters/stacks/pacemaker/reader.ts'
import { answer, answersOf, committed, idle, parse, statusOf, withSection } from '../../reading.ts'

function codes(result: ReturnType<typeof parse>): string[] {
  return result.ok ? [] : result.problems.map(problem => problem.code)
}

function saying(result: ReturnType<typeof parse>): string {
  return result.ok ? '' : result.problems.map(problem => problem.message).join(' ')
}

const notConnected = `<pacemaker-result api-version="2.25" request="crm_mon -1 --output-as=xml">
  <status code="102" message="Not connected">
    <errors>
      <error>crm_mon: Connection to cluster failed: Connection refused</error>
    </errors>
  </status>
</pacemaker-result>
`

describe('what is asked', () => {
  it('every query has a limit of time and of size, and changes nothing', () => {
    for (const query of pacemakerReader.queries) {
      expect(query.timeoutMs).toBe(10_000)
      expect(query.maxBytes).toBeGreaterThan(1_000_000)
      expect(query.script).not.toMatch(/--(?:move|clear|replace|modify|delete|update|force)\b/)
    }
  })
})

describe('a calm cluster', () => {
  const status = statusOf('calm')

  it('is settled, quorate and without findings', () => {
    expect(status).toMatchObject({
      cluster: 'pvfs',
      stack: 'pacemaker',
      readAt: '2026-11-21T14:02:11.000Z',
      readFrom: ['node1'],
      quorate: true,
      settled: true,
      unsettledBecause: [],
      dc: 'node1',
      maintenance: false,
      failures: [],
      leftovers: [],
    })
  })

  it('has the version and the digest of its configuration as the tools say them', () => {
    expect(status.configuration).toEqual({ version: '0.57', digest: committed('calm', 'digest.txt').trim() })
  })

  it('lists fence devices with fencing and not with the groups', () => {
    expect(Object.keys(status.groups)).toEqual(['server0', 'server1'])
    expect(status.fencing).toEqual({ enabled: true, devices: ['fence-a', 'fence-b'], pending: [] })
    expect(status.nodes['node3']).toMatchObject({ groups: [], fenceable: true, dc: false })
    expect(status.nodes['node1']).toMatchObject({ groups: ['server0'], dc: true })
  })

  it('keeps the members of a group in the order in which they start', () => {
    expect(status.groups['server1']?.members.map(member => member.name)).toEqual([
      'server1_address',
      'server1_fs',
      'server1_daemon',
    ])
  })
})

describe('names stay what they are', () => {
  const status = statusOf('names-to-trip-over')

  it.each(['007', '1e3', 'a&b "c" <d>'])('node %s', name => {
    expect(status.nodes[name]?.name).toBe(name)
  })

  it.each(['größe', 'true', 'constructor', '_x.y-z'])('group %s', name => {
    expect(status.groups[name]?.name).toBe(name)
  })

  it('a name that nothing has is nothing, even if every object has it', () => {
    expect(status.groups['toString']).toBeUndefined()
    expect(status.nodes['__proto__']).toBeUndefined()
  })
})

describe('why it is not settled', () => {
  it.each([
    ['node-pending', 'node3 is joining'],
    ['node-shutting-down', 'node3 is shutting down'],
    ['node-unclean-offline', 'node2 is unclean (offline): it has not been fenced'],
    ['starting', 'server1_fs is starting on node2'],
    ['stopping', 'server1_daemon is stopping'],
    ['migrating', 'vm is migrating'],
    ['no-dc', 'no controller is elected'],
  ])('%s: %s', (name, because) => {
    expect(statusOf(name)).toMatchObject({ settled: false, unsettledBecause: [because] })
  })

  it('a probe that is under way is left to the word of the controller', () => {
    expect(statusOf('monitor-under-way').settled).toBe(true)
  })

  it.each([
    ['Controller on node1 in state S_TRANSITION_ENGINE: ok\n', 'the controller on node1 is busy (S_TRANSITION_ENGINE)'],
    ['Designated Controller is: node1\n', 'the controller on node1 did not say what it is doing'],
    [
      'error: Could not connect to controller: Connection refused\n',
      'the controller on node1 did not say what it is doing',
    ],
    [idle('node2').stdout, 'the controller moves from node2 to node1'],
  ])('the controller says %j', (said, because) => {
    expect(statusOf('calm', { controller: answer(said) }).unsettledBecause).toEqual([because])
  })

  it('the spelling of Pacemaker 1.1 is understood', () => {
    expect(statusOf('calm', { controller: answer('Status of crmd@node1: S_IDLE (ok)\n') }).settled).toBe(true)
  })

  it('fencing is under way', () => {
    const history =
      '<fence_history status="0"><fence_event action="reboot" target="node2" client="x" origin="node1" status="pending"/></fence_history>'
    const status = statusOf('calm', withSection('calm', history))
    expect(status.fencing.pending).toEqual(['reboot of node2'])
    expect(status.unsettledBecause).toEqual(['fencing under way: reboot of node2'])
  })
})

describe('groups', () => {
  it.each([
    ['clone', 'ping-clone', 'clone', 'started', ['node1', 'node2']],
    ['clone-unique', 'workers', 'clone', 'started', ['node1', 'node2']],
    ['clone-of-a-group', 'storage-clone', 'clone', 'started', ['node1', 'node2']],
    ['clone-of-a-group-half-up', 'storage-clone', 'clone', 'partial', ['node1', 'node2']],
    ['clone-disabled', 'ping-clone', 'clone', 'stopped', []],
    ['promotable', 'db-clone', 'clone', 'started', ['node1', 'node2']],
    ['bundle', 'web', 'bundle', 'started', ['node1', 'node2']],
    ['bundle-one-replica-down', 'web', 'bundle', 'partial', ['node1']],
    ['group-partly-down', 'server1', 'group', 'partial', ['node2']],
    ['group-disabled', 'server1', 'group', 'stopped', []],
    ['member-disabled', 'server0', 'group', 'started', ['node1']],
    ['active-on-two-nodes', 'server0', 'group', 'failed', ['node1', 'node3']],
    ['monitor-failed-now', 'server0', 'group', 'failed', ['node1']],
    ['stop-failed-without-fencing', 'server1', 'group', 'blocked', ['node2']],
    ['resource-disabled', 'idle', 'resource', 'stopped', []],
    ['failure-ignored', 'solo', 'resource', 'started', ['node1']],
  ])('%s: %s is a %s, %s', (fixture, name, kind, state, nodes) => {
    const group = statusOf(fixture).groups[name]
    expect(group).toMatchObject({ kind, state, nodes })
    expect(group?.node).toBe(nodes.length === 1 ? nodes[0] : '')
  })

  it.each([
    ['group-disabled', 'server1'],
    ['clone-disabled', 'ping-clone'],
    ['resource-disabled', 'idle'],
    ['everything-stopped-on-purpose', 'server0'],
  ])('%s: somebody wants %s stopped', (fixture, name) => {
    expect(statusOf(fixture).groups[name]?.disabled).toBe(true)
  })

  it('one member that is disabled does not make its group disabled', () => {
    expect(statusOf('member-disabled').groups['server0']?.disabled).toBe(false)
  })

  it('a promotable clone shows each role with its nodes', () => {
    const members = statusOf('promotable').groups['db-clone']?.members
    expect(members?.map(({ role, nodes }) => ({ role, nodes }))).toEqual([
      { role: 'Promoted', nodes: ['node1'] },
      { role: 'Unpromoted', nodes: ['node2'] },
    ])
  })

  it('constraints of the configuration forbid a node to the whole group, written plainly or as a rule', () => {
    expect(statusOf('member-banned-by-hand').groups['server0']?.bannedFrom).toEqual(['node3'])
    expect(statusOf('banned-by-a-rule').groups['server0']?.bannedFrom).toEqual(['node2'])
    expect(statusOf('calm').groups['server0']?.bannedFrom).toEqual([])
  })

  it('`pending` beside the role, as earlier versions write it, counts too', () => {
    const older = committed('calm', 'crm_mon.xml').replace(
      'nodes_running_on="1"',
      'nodes_running_on="1" pending="Stopping"',
    )
    const status = statusOf('calm', { status: answer(older) })
    expect(status.groups['server0']?.state).toBe('stopping')
    expect(status.unsettledBecause).toEqual(['server0_address is stopping on node1'])
  })
})

describe('machines that are not members', () => {
  it('containers and guests are not nodes; what runs in them counts for their host', () => {
    expect(Object.keys(statusOf('bundle').nodes)).toEqual(['node1', 'node2'])
    const guest = statusOf('guest-node')
    expect(Object.keys(guest.nodes)).toEqual(['node1', 'node2'])
    expect(guest.groups['solo']?.node).toBe('node2')
    expect(guest.groups['guest1']).toBeUndefined()
  })

  it('a remote node is shown and marked', () => {
    const status = statusOf('remote-node')
    expect(status.nodes['far']).toMatchObject({ remote: true, groups: ['solo'] })
    expect(status.nodes['node1']?.remote).toBeUndefined()
  })
})

describe('fencing coverage', () => {
  it.each([
    ['five-nodes-and-a-spare', { node1: true, node4: true, node5: false }],
    ['fencing-device-disabled', { node1: false, node3: true }],
    ['fencing-in-a-clone', { node1: true, node2: true }],
    ['watchdog-fencing', { node1: true, node3: true }],
    ['fencing-by-map-and-template', { node1: true, node2: true, node3: true }],
  ])('%s', (fixture, expected) => {
    const { nodes } = statusOf(fixture)
    expect(Object.fromEntries(Object.keys(expected).map(name => [name, nodes[name]?.fenceable]))).toEqual(expected)
  })

  it('a map names its hosts in front of the plugs', () => {
    const cib = committed('fencing-by-map-and-template', 'cib.xml').replace(
      /<primitive id="asks"[\s\S]*?(?:\/>|<\/primitive>)/,
      '',
    )
    const { nodes } = statusOf('fencing-by-map-and-template', { cib: answer(cib) })
    expect([nodes['node1'], nodes['node2'], nodes['node3']].map(node => node?.fenceable)).toEqual([true, true, false])
  })

  it('is off when the cluster says so', () => {
    expect(statusOf('clone').fencing.enabled).toBe(false)
  })
})

describe('failures', () => {
  it('a failed action is told with its reason, its group and its time', () => {
    expect(statusOf('start-failed-and-recovered').failures).toEqual([
      {
        resource: 'server1_daemon',
        group: 'server1',
        node: 'node3',
        task: 'start',
        reason: 'port 3334 in use',
        at: '2025-03-03 10:16:44Z',
      },
    ])
  })

  it('a fail count without its action is told as such', () => {
    expect(statusOf('fail-count-without-record').failures).toMatchObject([
      {
        resource: 'server0_daemon',
        group: 'server0',
        node: 'node3',
        task: 'fail-count',
        reason: 'monitor failed 2 times',
      },
    ])
    expect(statusOf('fail-count-of-a-clone').failures).toMatchObject([
      { resource: 'ping', group: 'ping-clone', node: 'node2' },
    ])
  })

  it('a fail count of infinity says what it means, and when it happened', () => {
    const cib = committed('start-failed-and-recovered', 'cib.xml')
    const status = committed('start-failed-and-recovered', 'crm_mon.xml').replace(/<failures>[\s\S]*<\/failures>/, '')
    expect(statusOf('start-failed-and-recovered', { cib: answer(cib), status: answer(status) }).failures).toMatchObject(
      [
        {
          task: 'fail-count',
          reason: 'start failed and may not run here until it is cleaned up',
          at: '2025-03-03T10:16:45.000Z',
        },
      ],
    )
  })

  it('the failure of a fence device belongs to no group', () => {
    expect(statusOf('fencing-failed-device').failures).toMatchObject([
      { resource: 'fence-a', group: '', node: 'node3' },
    ])
  })

  it('what runs on two nodes at once is told for each of them', () => {
    expect(statusOf('active-on-two-nodes').failures).toMatchObject([
      { resource: 'server0_fs', group: 'server0', node: 'node1', task: 'active-twice' },
      { resource: 'server0_fs', group: 'server0', node: 'node3', task: 'active-twice' },
    ])
  })

  it('what runs without being configured is told, and is no group', () => {
    const status = statusOf('orphan')
    expect(status.failures).toMatchObject(
      [
        { resource: 'fence-a', task: 'orphan' },
        { resource: 'fence-b', task: 'orphan' },
        { resource: 'forgotten', group: '', node: 'node3', task: 'orphan' },
      ].filter(each => status.failures.some(failure => failure.resource === each.resource)),
    )
    expect(status.failures.map(failure => failure.resource)).toContain('forgotten')
    expect(status.groups['forgotten']).toBeUndefined()
  })

  it('a resource with operation words in its own name keeps that name', () => {
    const status = committed('start-failed-and-recovered', 'crm_mon.xml').replaceAll('server1_daemon', 'a_stop_0_b')
    expect(statusOf('start-failed-and-recovered', { status: answer(status) }).failures).toMatchObject([
      { resource: 'a_stop_0_b', task: 'start' },
      { resource: 'server1_daemon', task: 'fail-count' },
    ])
  })
})

describe('failed fencing', () => {
  const event = (status: string, completed: string, more = '') =>
    `<fence_event action="reboot" target="node2" client="c" origin="node1" status="${status}" completed="${completed}"${more}/>`
  const failures = (...events: string[]) =>
    statusOf('calm', withSection('calm', `<fence_history status="0">${events.join('')}</fence_history>`)).failures

  it('is a failure of the node, with the reason', () => {
    expect(failures(event('failed', '2025-03-03 10:20:11Z', ' exit-reason="timed out"'))).toEqual([
      {
        resource: '',
        group: '',
        node: 'node2',
        task: 'fencing',
        reason: 'reboot failed: timed out',
        at: '2025-03-03 10:20:11Z',
      },
    ])
  })

  it('is superseded by a later success, also across time zones', () => {
    expect(failures(event('success', '2025-03-03 10:21:00Z'), event('failed', '2025-03-03 10:20:11Z'))).toEqual([])
    expect(failures(event('failed', '2025-03-03 10:20:11Z'), event('success', '2025-03-03 12:20:12.5 +02:00'))).toEqual(
      [],
    )
  })

  it('is not superseded by an earlier success, nor by one of another node', () => {
    expect(failures(event('failed', '2025-03-03 10:20:11Z'), event('success', '2025-03-03 10:19:00Z'))).toHaveLength(1)
    expect(
      failures(
        event('success', '2025-03-03 10:21:00Z').replace('node2', 'node3'),
        event('failed', '2025-03-03 10:20:11Z'),
      ),
    ).toHaveLength(1)
  })

  it('goes by the order of the list, newest first, when the times cannot be read', () => {
    expect(failures(event('success', 'later'), event('failed', 'earlier'))).toEqual([])
    expect(failures(event('failed', 'later'), event('success', 'earlier'))).toHaveLength(1)
  })
})

describe('leftovers', () => {
  it.each([
    ['moved-and-preferred', { id: 'cli-prefer-server1', kind: 'prefer', group: 'server1', node: 'node2' }],
    ['moved-and-banned', { id: 'cli-ban-server1-on-node1', kind: 'ban', group: 'server1', node: 'node1' }],
    ['preferred-for-a-while', { id: 'cli-prefer-server0', kind: 'prefer', group: 'server0', node: 'node1' }],
    ['preferred-until-yesterday', { id: 'cli-prefer-server0', kind: 'prefer', group: 'server0', node: 'node1' }],
  ])('%s', (fixture, leftover) => {
    expect(statusOf(fixture).leftovers).toEqual([leftover])
  })

  it('constraints that people configured are none', () => {
    expect(statusOf('member-banned-by-hand').leftovers).toEqual([])
  })
})

describe('answers that are refused', () => {
  const calm = answersOf('calm')

  it('Pacemaker is not running there', () => {
    const result = parse({ ...calm, status: answer(notConnected, { exitCode: 102 }) })
    expect(codes(result)).toEqual(['cluster-not-running'])
    expect(saying(result)).toContain('Connection refused')
  })

  it('cibadmin could not connect, which it says on stderr only', () => {
    const said = { stderr: 'Could not connect to the CIB: Transport endpoint is not connected\n', exitCode: 102 }
    expect(codes(parse({ ...calm, cib: answer('', said) }))).toEqual(['cluster-not-running'])
  })

  it('the tools are not installed', () => {
    const result = parse({ ...calm, status: answer('', { stderr: 'sh: 1: crm_mon: not found\n', exitCode: 127 }) })
    expect(codes(result)).toEqual(['tool-missing'])
    expect(saying(result)).toContain('crm_mon')
  })

  it('any other complaint is passed on', () => {
    const result = parse({ ...calm, digest: answer('', { stderr: 'no memory\n' }) })
    expect(codes(result)).toEqual(['answer-empty'])
    expect(saying(result)).toContain('no memory')
    expect(codes(parse({ ...calm, digest: answer('') }))).toEqual(['answer-empty'])
  })

  it.each([
    ['status', undefined, 'answer-missing'],
    ['status', answer('x', { truncated: true }), 'answer-too-long'],
    ['status', answer('Connection to cluster failed'), 'answer-not-understood'],
    ['status', answer('<crm_mon version="1.1.18">\n</crm_mon>'), 'version-not-supported'],
    ['status', answer('<pacemaker-result><status code="1" message="Error"/></pacemaker-result>'), 'tool-refused'],
    ['status', answer('<pacemaker-result><nodes/></pacemaker-result>'), 'answer-not-understood'],
    ['cib', answer('<cib></cib>'), 'answer-not-understood'],
    ['cib', answer('<cib admin_epoch="0" epoch="1"><configuration/></cib>'), 'answer-not-understood'],
    ['cib', answer('<cib epoch="1"><configuration/><status/></cib>'), 'answer-not-understood'],
    ['cib', answer('<!DOCTYPE cib [<!ENTITY a "b">]><cib></cib>'), 'answer-not-understood'],
    ['digest', answer('Digest: none'), 'answer-not-understood'],
  ])('%s: %j is %s', (query, given, code) => {
    const answers = { ...calm, ...(given ? { [query]: given } : {}) }
    if (!given) Reflect.deleteProperty(answers, query)
    expect(codes(parse(answers))).toEqual([code])
  })

  it.each([
    ['<current_dc present', '<was_dc present'],
    ['<cluster_options ', '<options '],
    ['online="true"', 'on="true"'],
    ['unclean="false"', 'unclean="perhaps"'],
    ['<node name="node1"', '<node'],
    ['failed="false"', ''],
    ['<nodes>', '<noodles>'],
  ])('a part that must be there is not: %s becomes %s', (is, becomes) => {
    const status = committed('calm', 'crm_mon.xml')
    const damaged = status.replace(is, becomes).replace('</nodes>', becomes === '<noodles>' ? '</noodles>' : '</nodes>')
    expect(damaged).not.toBe(status)
    expect(codes(parse({ ...calm, status: answer(damaged) }))).toEqual(['answer-not-understood'])
  })

  it('exit codes are not looked at: crm_mon -1 exits with 0 and with others for the same answer', () => {
    expect(parse({ ...calm, status: { ...calm.status, exitCode: 102 } })).toEqual(parse(calm))
  })
})

it('without a DC, quorum is what the CIB says', () => {
  expect(statusOf('no-dc').quorate).toBe(true)
  const cib = committed('no-dc', 'cib.xml').replace('have-quorum="1"', 'have-quorum="0"')
  expect(statusOf('no-dc', { cib: answer(cib) }).quorate).toBe(false)
  expect(statusOf('no-quorum').quorate).toBe(false)
})
