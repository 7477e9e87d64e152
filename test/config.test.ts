import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, loadConfig } from '../src/config.ts'
import { DEFAULT_POLICY } from '../src/policy/access.ts'
import type { Problem } from '../src/problem.ts'

const keys: Record<string, string> = {}
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-config-'))
  for (const name of ['ana', 'bo', 'cy']) {
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)])
    keys[name] = (await readFile(join(folder, `${name}.pub`), 'utf8')).trim()
  }
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function load(text: string, file = '/etc/ha/ha.yaml') {
  return await loadConfig({ path: file, env: { HOME: '/home/ops' }, readFile: async () => text })
}
async function loaded(text: string): Promise<Config> {
  const result = await load(text)
  expect(result.ok ? [] : result.problems).toEqual([])
  if (!result.ok) throw new Error('not loaded')
  return result.value
}
async function mistakes(text: string): Promise<readonly Problem[]> {
  const result = await load(text)
  return result.ok ? [] : result.problems
}
async function lines(text: string): Promise<string[]> {
  return (await mistakes(text)).map(
    ({ place, message, suggestion }) =>
      `${place?.line}:${place?.column} ${message}${suggestion ? ` → ${suggestion}` : ''}`,
  )
}

/** The configuration of DESIGN, with real keys. */
function whole(): string {
  return `
redis: redis://127.0.0.1:6379
runbooks: ./runbooks
files: ./files
archive: ./archive
durability: strict
signing: { bot: keys/bot, worker: keys/worker, trusted: keys/trusted }
slack: { mode: socket }
people:
  ana: { slack: U0ANA, ssh: "${keys['ana']}" }
  bo:  { slack: U0BO,  ssh: "${keys['bo']}" }
  cy:  { slack: U0CY,  ssh: ["${keys['cy']}"] }
teams:
  oncall: { members: [ana, bo, cy], slackGroup: S0ONCALL }
clusters:
  pvfs:
    stack: heartbeat-crm
    channel: C0HA
    ssh: { user: haops, identityFile: keys/pvfs, knownHosts: keys/known_hosts, become: sudo, jump: bastion.example, algorithms: legacy }
    nodes:
      node1: { address: 192.0.2.11, port: 22, bmc: { address: 192.0.2.111, user: Administrator, passwordFile: keys/bmc } }
    groups: { server0: { prefers: node1 } }
    policy:
      read:        { run: [everyone] }
      disruptive:  { run: [oncall], approve: { count: 1, from: [oncall], within: 15m } }
      destructive: { run: [oncall], approve: { count: 1, from: [oncall], within: 15m, confirm: node-name } }
`
}

const CLUSTER = `
clusters:
  pvfs:
    stack: pacemaker
    ssh: { user: haops, agent: true }
    nodes: { node1: { address: 192.0.2.11 }, node2: { address: 192.0.2.12 } }
`

describe('a configuration', () => {
  test('is read in full, paths counted from the folder of its file', async () => {
    const config = await loaded(whole())
    expect(config).toMatchObject({
      file: '/etc/ha/ha.yaml',
      redis: 'redis://127.0.0.1:6379',
      runbooks: '/etc/ha/runbooks',
      files: '/etc/ha/files',
      archive: '/etc/ha/archive',
      durability: 'strict',
      signing: { bot: '/etc/ha/keys/bot', worker: '/etc/ha/keys/worker', trusted: '/etc/ha/keys/trusted' },
      slack: { mode: 'socket', botToken: { name: 'SLACK_BOT_TOKEN' }, appToken: { name: 'SLACK_APP_TOKEN' } },
    })
    expect(config.directory.people['cy']).toEqual({ name: 'cy', slack: 'U0CY', ssh: [keys['cy']] })
    expect(config.directory.teams['oncall']?.members).toEqual(['ana', 'bo', 'cy'])
    expect(config.inventory['pvfs']).toMatchObject({
      name: 'pvfs',
      channel: 'C0HA',
      ssh: { identityFile: '/etc/ha/keys/pvfs', knownHosts: '/etc/ha/keys/known_hosts', algorithms: 'legacy' },
      nodes: { node1: { name: 'node1', port: 22, bmc: { passwordFile: '/etc/ha/keys/bmc' } } },
      groups: { server0: { prefers: 'node1' } },
    })
    expect(config.policies['pvfs']?.disruptive.approve).toEqual({ count: 1, from: ['oncall'], withinMs: 900_000 })
  })

  test('has safe defaults for what it leaves out', async () => {
    const config = await loaded(CLUSTER)
    expect(config).toMatchObject({ durability: 'strict', archive: '/etc/ha/archive' })
    expect(config.slack).toBeUndefined()
    expect(config.policies['pvfs']).toEqual(DEFAULT_POLICY)
    expect(config.inventory['pvfs']).toMatchObject({
      ssh: { knownHosts: '/etc/ha/keys/known_hosts', agent: true },
      nodes: { node1: { port: 22 } },
    })
  })

  test('asks for one approver of those who may ask, within 15 minutes, and for the node’s name before anything destructive', async () => {
    const { policies } = await loaded(
      `${CLUSTER}    policy: { disruptive: { run: [oncall] }, destructive: { run: [oncall], approve: { count: 2 } } }
people: { ana: {}, bo: {}, cy: {} }
teams: { oncall: { members: [ana, bo, cy] } }`,
    )
    expect(policies['pvfs']?.disruptive.approve).toEqual({ count: 1, from: ['oncall'], withinMs: 900_000 })
    expect(policies['pvfs']?.destructive.approve).toMatchObject({ count: 2, confirm: 'node-name' })
  })

  test('takes ~ for the home directory and leaves absolute paths alone', async () => {
    const config = await loaded(`archive: ~/archive\nfiles: /srv/files\n${CLUSTER}`)
    expect(config).toMatchObject({ archive: '/home/ops/archive', files: '/srv/files' })
  })

  test('listens on a port with a signing secret in mode http', async () => {
    const config = await loaded(`slack: { mode: http, team: T0HA }\n${CLUSTER}`)
    expect(config.slack).toMatchObject({
      mode: 'http',
      port: 3000,
      team: 'T0HA',
      signingSecret: { name: 'SLACK_SIGNING_SECRET' },
    })
  })
})

describe('the file', () => {
  test('is ./ha.yaml unless HA_CONFIG names another', async () => {
    const asked: string[] = []
    const readConfig = async (path: string) => {
      asked.push(path)
      return CLUSTER
    }
    await loadConfig({ env: {}, readFile: readConfig })
    await loadConfig({ env: { HA_CONFIG: '/elsewhere.yaml' }, readFile: readConfig })
    expect(asked).toEqual(['./ha.yaml', '/elsewhere.yaml'])
  })

  test('that is missing, unreadable or empty says so in its own words', async () => {
    const missing = await loadConfig({ path: join(folder, 'none.yaml'), env: {} })
    expect(missing).toMatchObject({ problems: [{ code: 'config-missing', next: expect.stringContaining('ha init') }] })
    const isFolder = await loadConfig({ path: folder, env: {} })
    expect(isFolder).toMatchObject({ problems: [{ message: `${folder} cannot be read: it is a folder.` }] })
    const file = join(folder, 'empty.yaml')
    await writeFile(file, '# nothing yet\n\n')
    expect(await loadConfig({ path: file, env: {} })).toMatchObject({ problems: [{ code: 'config-empty' }] })
  })

  test('that is not YAML says where', async () => {
    expect(await mistakes('redis: "open\n')).toMatchObject([
      { code: 'yaml-syntax', place: { file: '/etc/ha/ha.yaml' } },
    ])
  })
})

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
