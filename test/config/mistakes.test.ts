import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLUSTER, lines, load, loaded, mistakes } from './loading.ts'
import { madeKeys } from './made-keys.ts'

describe('mistakes', () => {
  test('are reported all together, in reading order, with a place, a caret and what was probably meant', async () => {
    const text = `redis: 6379
archiv: ./archive
durability: stric
people:
  ana: { slack: ana, sssh: x }
  bo: { slack: U0BO, ssh: ssh-ed25519 AAAA }
  Cy D: { slack: U0BO }
teams:
  oncall: { members: [ana, boo, ana] }
clusters:
  pvfs:
    stack: pacemakr
    channel: "#ha"
    nodes:
      node1: { address: 192.0.2.11, port: 70000 }
      node2: { address: 192.0.2.11, prot: 22 }
    groups: { web: { prefers: nod1 } }
    policy:
      disruptive: { run: [oncal], approve: { count: 0, from: [everyone], within: 15 } }
`
    expect(await lines(text)).toEqual([
      '1:8 redis must be text.',
      '2:1 There is no key archiv. → archive',
      '3:13 durability must be one of strict, warn. → strict',
      '5:17 people.ana.slack must be a Slack member id, U… or W….',
      '5:22 people.ana has no key sssh. → ssh',
      '6:27 people.bo.ssh is not a usable public key: it is cut off.',
      '7:3 "Cy D" is no name for a person.',
      '7:18 people.Cy D.slack: U0BO is already the account of bo.',
      '9:28 Team oncall names boo, who is not in people.',
      '9:33 ana is in team oncall twice.',
      '11:3 clusters.pvfs has no ssh.',
      '12:12 clusters.pvfs.stack must be one of pacemaker, heartbeat-crm, heartbeat, rgmanager. → pacemaker',
      '13:14 clusters.pvfs.channel must be the id of a Slack channel, C….',
      '15:43 clusters.pvfs.nodes.node1.port must be a whole number from 1 to 65535.',
      '16:25 192.0.2.11 port 22 is already the address of clusters.pvfs.nodes.node1.',
      '16:37 clusters.pvfs.nodes.node2 has no key prot. → port',
      '17:31 Group web prefers nod1, which is no node of pvfs. → node1',
      '19:27 clusters.pvfs.policy.disruptive.run names oncal, which is not in teams. → oncall',
      '19:53 clusters.pvfs.policy.disruptive.approve.count must be a whole number from 1 to 10.',
      '19:63 clusters.pvfs.policy.disruptive.approve.from cannot be everyone.',
      '19:82 clusters.pvfs.policy.disruptive.approve.within is not a duration: write it like 90s, 15m or 1h30m.',
    ])
    expect((await mistakes(text))[1]?.excerpt).toBe('archiv: ./archive\n^^^^^^')
  })

  test.each([
    '192.0.2.22',
    ':3334',
    '192.0.2.22:0',
    '192.0.2.22:65536',
    '2001:db8::22:3334',
    '[web]:80',
    'http://web:80',
    '-x:80',
  ])('a service at %s is no address that could be asked', async service => {
    const text = `${CLUSTER}    groups: { web: { service: "${service}" } }\n`
    expect(await lines(text)).toEqual([
      '7:31 clusters.pvfs.groups.web.service must be host:port, like 192.0.2.22:3334 or [2001:db8::22]:3334.',
    ])
  })

  test('a service that is only a port is told how it is written', async () => {
    expect(await lines(`${CLUSTER}    groups: { web: { service: 3334, prefer: node1 } }\n`)).toEqual([
      '7:31 clusters.pvfs.groups.web.service must be host:port, like 192.0.2.22:3334 or [2001:db8::22]:3334.',
      '7:37 clusters.pvfs.groups.web has no key prefer. → prefers',
    ])
  })

  test('a key that resembles nothing is answered with what there could be', async () => {
    expect(await mistakes('slack: { colour: red }\n')).toMatchObject([
      { message: 'slack has no key colour.', next: 'It can have: mode, team, port, apiUrl.' },
    ])
  })

  test('a key without a value, a list where a mapping belongs, and a file that is a list', async () => {
    expect(await lines('people:\nteams: [oncall]\n')).toEqual([
      '1:1 people has no value.',
      '2:8 teams must be a mapping (key: value).',
    ])
    expect(await lines('- redis\n')).toEqual(['1:1 The file must be a mapping (key: value).'])
  })

  test('a password in the file is refused', async () => {
    expect(await mistakes('redis: redis://:hunter2@127.0.0.1\n')).toMatchObject([
      { code: 'secret-in-file', next: expect.stringContaining('REDIS_PASSWORD') },
    ])
  })

  test('a line with something secret in it is pointed at, but not shown', async () => {
    const secrets = [
      'redis: redis://:hunter2@127.0.0.1',
      'slack: { botToken: xoxb-hunter2 }',
      'token: "xapp-hunter2" x',
    ]
    for (const secret of secrets) {
      const problems = await mistakes(`${secret}\n`)
      expect(problems[0]?.place?.line).toBe(1)
      expect(JSON.stringify(problems)).not.toContain('hunter2')
    }
  })

  test('two people with one account or one key, and a channel of two clusters', async () => {
    const keys = await madeKeys('ana')
    const twice = `people:
  ana: { slack: U0ANA, ssh: "${keys['ana']}" }
  ana2: { slack: U0ANA, ssh: "${keys['ana']?.replace(/ ana$/, ' other')}" }
clusters:
  one: { stack: pacemaker, channel: C0HA, ssh: { user: a, agent: true }, nodes: { n1: { address: 10.0.0.1 } } }
  two: { stack: pacemaker, channel: C0HA, ssh: { user: a }, nodes: {} }
`
    expect((await mistakes(twice)).map(problem => problem.code)).toEqual([
      'same-slack-id',
      'same-ssh-key',
      'same-channel',
      'no-login',
      'no-nodes',
    ])
  })

  test('the same address behind two jump hosts is two machines', async () => {
    const cluster = (jump: string) =>
      `{ stack: pacemaker, ssh: { user: a, agent: true, jump: ${jump} }, nodes: { n1: { address: 10.0.0.1 } } }`
    await loaded(`clusters:\n  one: ${cluster('gate1')}\n  two: ${cluster('gate2')}\n`)
    expect(await mistakes(`clusters:\n  one: ${cluster('gate')}\n  two: ${cluster('gate')}\n`)).toMatchObject([
      { code: 'same-address' },
    ])
  })

  test('a policy that somebody who may ask could never satisfy', async () => {
    const text = `${CLUSTER}    policy:
      disruptive: { run: [everyone], approve: { count: 2, from: [oncall] } }
      destructive: { run: [boss] }
people: { ana: {}, bo: {}, cy: {} }
teams: { oncall: { members: [ana, bo] }, boss: { members: [cy] } }
`
    expect((await mistakes(text)).map(problem => problem.message)).toEqual([
      'clusters.pvfs.policy.disruptive: what ana (and 1 more) asks for could never be approved: it needs 2 of oncall, and there is only bo.',
      'clusters.pvfs.policy.destructive: what cy asks for could never be approved: it needs 1 of boss, and there is nobody else.',
    ])
  })
})

describe('whatever is in the file', () => {
  test('loading never throws, and every mistake has a place in it', async () => {
    const junk = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.boolean(), fc.constant([]), fc.constant({}))
    const key = fc.constantFrom(
      'redis',
      'people',
      'teams',
      'clusters',
      'slack',
      'signing',
      'pvfs',
      'ana',
      'ssh',
      'nodes',
      'policy',
      'run',
      'members',
      'x y',
    )
    const value = fc.letrec(tie => ({
      node: fc.oneof(
        { maxDepth: 5 },
        junk,
        fc.dictionary(key, tie('node'), { maxKeys: 5 }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { minKeys: 1, maxKeys: 6 }), async data => {
        const text = JSON.stringify(data)
        const result = await load(text)
        if (result.ok) return
        expect(result.problems.length).toBeGreaterThan(0)
        for (const problem of result.problems) expect(problem.place).toMatchObject({ file: '/etc/ha/ha.yaml', line: 1 })
      }),
      { numRuns: 200 },
    )
  })
})
