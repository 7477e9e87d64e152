import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeSigningKeys } from '../../../src/init/keys.ts'
import type { LaneNodes } from './nodes.ts'

export interface LanePlaces {
  readonly folder: string
  readonly runbooks: string
  readonly archive: string
  readonly slackApiUrl: string
  readonly nodes: LaneNodes
  /** Ports of the nodes, by cluster and node: each cell has a cluster of its own. */
  readonly clusters: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Writes `ha.yaml` once per part, because each reaches Redis over a link of its own. Answers the files by part. */
export async function writeConfigurations<P extends string>(
  places: LanePlaces,
  redisPorts: Readonly<Record<P, number>>,
): Promise<Readonly<Record<P, string>>> {
  const keys = join(places.folder, 'keys')
  await mkdir(keys, { recursive: true })
  await makeSigningKeys(keys)
  await chmod(keys, 0o700)
  const knownHosts = join(keys, 'known_hosts')
  const ports = Object.values(places.clusters).flatMap(nodes => Object.values(nodes))
  const lines = ports.map(port => places.nodes.sshd.knownHostsLines(`[127.0.0.1]:${port}`))
  await writeFile(knownHosts, lines.join(''))
  const files = Object.entries<number>(redisPorts).map(async ([part, port]) => {
    const file = join(places.folder, `ha-${part}.yaml`)
    await writeFile(file, JSON.stringify(content(places, port, keys, knownHosts), null, 1))
    return [part, file] as const
  })
  return Object.fromEntries(await Promise.all(files)) as Record<P, string>
}

function content(places: LanePlaces, redisPort: number, keys: string, knownHosts: string) {
  const { nodes } = places
  const clusters = Object.entries(places.clusters).map(([name, ports]) => [
    name,
    {
      stack: 'pacemaker',
      ssh: {
        user: nodes.sshd.user,
        identityFile: nodes.sshd.identityFile,
        knownHosts,
        ledger: nodes.ledger(name),
      },
      nodes: Object.fromEntries(Object.entries(ports).map(([node, port]) => [node, { address: '127.0.0.1', port }])),
      policy: {
        read: { run: ['everyone'] },
        disruptive: { run: ['oncall'], approve: { count: 1, from: ['oncall'], within: '10m' } },
      },
    },
  ])
  return {
    redis: `redis://127.0.0.1:${redisPort}`,
    runbooks: places.runbooks,
    archive: places.archive,
    signing: { bot: join(keys, 'bot'), worker: join(keys, 'worker'), trusted: join(keys, 'trusted') },
    slack: { mode: 'socket', apiUrl: places.slackApiUrl },
    people: { ana: { slack: 'U0ANA' }, bo: { slack: 'U0BO' }, cy: { slack: 'U0CY' } },
    teams: { oncall: { members: ['ana', 'bo', 'cy'] } },
    clusters: Object.fromEntries(clusters),
  }
}
