import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeSigningKeys } from '../../src/init/keys.ts'
import { newKeyPair } from '../simulated/ssh/keys.ts'
import type { World } from '../world.ts'

export interface DemoConfiguration {
  readonly file: string
  readonly folder: string
  readonly redis: string
  /** Folder of the runbooks of this checkout. */
  readonly runbooks: string
  readonly slackApiUrl: string
  readonly world: World
  /** How long a plan may wait for its approval: `15m`. */
  readonly within: string
}

/** The people of the demo; the Slack ids are those of the workspace on localhost. */
const PEOPLE = { ana: 'U0ANA', bo: 'U0BO', cy: 'U0CY', dee: 'U0DEE' } as const

/**
 * Writes the `ha.yaml` of a demo with everything it names: signing keys, and an SSH key per person so that the command line works beside
 * Slack. It is an ordinary configuration: `HA_CONFIG=<file> npm run ha -- …` uses it.
 */
export async function writeDemoConfiguration(wanted: Omit<DemoConfiguration, 'file'>): Promise<string> {
  const keys = join(wanted.folder, 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  await makeSigningKeys(keys)
  const publicKeys: Record<string, string> = {}
  for (const name of Object.keys(PEOPLE)) publicKeys[name] = await personKey(join(keys, name), name)
  const file = join(wanted.folder, 'ha.yaml')
  // JSON is YAML: nothing has to be quoted by hand.
  await writeFile(file, `# The configuration of this demo.\n${JSON.stringify(content(wanted, publicKeys), null, 2)}\n`)
  return file
}

function content(
  { redis, runbooks, folder, slackApiUrl, world, within }: Omit<DemoConfiguration, 'file'>,
  publicKeys: Record<string, string>,
) {
  const { login, cluster } = world
  const oncall = { run: ['oncall'], approve: { count: 1, from: ['oncall'], within } }
  return {
    redis,
    runbooks,
    archive: join(folder, 'archive'),
    signing: {
      bot: join(folder, 'keys/bot'),
      worker: join(folder, 'keys/worker'),
      trusted: join(folder, 'keys/trusted'),
    },
    slack: { mode: 'socket', apiUrl: slackApiUrl },
    people: Object.fromEntries(Object.entries(PEOPLE).map(([name, slack]) => [name, { slack, ssh: publicKeys[name] }])),
    teams: { oncall: { members: ['ana', 'bo', 'cy'], slackGroup: 'S0ONCALL' } },
    clusters: {
      [cluster.name]: {
        stack: cluster.stack,
        channel: 'C0HA',
        ssh: {
          user: login.user,
          identityFile: login.identityFile,
          knownHosts: world.knownHostsFile,
          ...(login.become && { become: login.become }),
          ...(world.ledger !== undefined && { ledger: world.ledger }),
        },
        nodes: Object.fromEntries(world.nodes.map(({ name, address, port }) => [name, { address, port }])),
        groups: cluster.groups,
        policy: {
          read: { run: ['everyone'] },
          disruptive: oncall,
          destructive: { ...oncall, approve: { ...oncall.approve, confirm: 'node-name' } },
        },
      },
    },
  }
}

async function personKey(file: string, name: string): Promise<string> {
  const pair = newKeyPair(name)
  await writeFile(file, pair.private)
  await chmod(file, 0o600)
  await writeFile(`${file}.pub`, `${pair.public}\n`)
  return pair.public
}
