import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { DEFAULT_POLICY } from '../src/policy/access.ts'
import { CLUSTER, loaded, mistakes } from './config/loading.ts'
import { madeKeys } from './config/made-keys.ts'

let keys: Record<string, string> = {}
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ha-config-'))
  keys = await madeKeys('ana', 'bo', 'cy')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

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
    groups: { server0: { prefers: node1, service: "192.0.2.20:3334" } }
    policy:
      read:        { run: [everyone] }
      disruptive:  { run: [oncall], approve: { count: 1, from: [oncall], within: 15m } }
      destructive: { run: [oncall], approve: { count: 1, from: [oncall], within: 15m, confirm: node-name } }
`
}

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
      groups: { server0: { prefers: 'node1', service: '192.0.2.20:3334' } },
    })
    expect(config.policies['pvfs']?.disruptive.approve).toEqual({ count: 1, from: ['oncall'], withinMs: 900_000 })
  })

  test('has safe defaults for what it leaves out', async () => {
    const config = await loaded(CLUSTER)
    expect(config).toMatchObject({ durability: 'strict', archive: '/etc/ha/archive' })
    expect(config.slack).toBeUndefined()
    expect(config.policies['pvfs']).toEqual(DEFAULT_POLICY)
    expect(config.inventory['pvfs']).toMatchObject({
      ssh: { knownHosts: '/etc/ha/keys/known_hosts', agent: true, ledger: '/var/lib/ha-bot' },
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
