import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkspace, type Workspace } from '../../../lab/slack/workspace.ts'
import { Lifecycle } from '../../../src/lifecycle.ts'
import type { Haste } from '../../../src/tap.ts'
import type { Point } from '../points.ts'
import type { Program } from './bundle.ts'
import { writeConfigurations } from './configuration.ts'
import { type Link, startLink } from './link.ts'
import { type LaneNodes, NODES, startNodes } from './nodes.ts'
import { Part } from './part.ts'
import { type LaneRedis, startLaneRedis } from './redis.ts'
import { writeRunbooks } from './runbook.ts'
import { mountSmall, unmountBelow, withoutMounts } from './small-disk.ts'

/** A whole ha-bot with everything around it, as separate processes; cells are carried out on it one after the other. */
export interface Lane {
  readonly folder: string
  readonly archive: string
  readonly workspace: Workspace
  readonly redis: LaneRedis
  readonly nodes: LaneNodes
  /** Only one bot per workspace is supported, so there is one. */
  readonly bot: Part
  readonly workers: readonly Part[]
  readonly links: {
    readonly bot: Link
    readonly worker1: Link
    readonly worker2: Link
    readonly slack: Link
  }
  /** A cluster that no cell had before; undefined when they are used up. */
  nextCluster(): LaneCluster | undefined
  /** Hears of every point that a part was armed for. */
  onReached: (part: Part, point: Point) => void
  close(): Promise<void>
}

export interface LaneCluster {
  readonly name: string
  readonly links: readonly Link[]
}

/** Product time limits, shortened so that a takeover takes a second and not twenty. */
export const HASTE: Haste = { lockMs: 2_000, stalledMs: 400, reconcileMs: 300, editEveryMs: 200 }

export async function openLane(program: Program, clusters: number): Promise<Lane> {
  const lifecycle = new Lifecycle()
  try {
    return await open(program, clusters, lifecycle)
  } catch (error) {
    await lifecycle.close().catch(() => undefined)
    throw error
  }
}

async function open(program: Program, count: number, lifecycle: Lifecycle): Promise<Lane> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-faults-'))
  lifecycle.add('the folder', () => rm(folder, { recursive: true, force: true }))
  const archive = join(folder, 'archive')
  if (!withoutMounts()) {
    mountSmall(archive, '64m')
    lifecycle.add('small disks', () => unmountBelow(folder))
  }
  const redis = await startLaneRedis(join(folder, 'redis'))
  lifecycle.add('Redis', redis.close)
  const workspace = await startWorkspace({ rateLimits: false })
  lifecycle.add('the workspace', () => workspace.close())
  const nodes = await startNodes(folder)
  lifecycle.add('sshd', () => nodes.sshd.close())

  const link = async (target: () => number, ...more: [Parameters<typeof startLink>[1]?]) => {
    const made = await startLink(target, ...more)
    lifecycle.add('a link', made.close)
    return made
  }
  const slackPort = Number(new URL(workspace.url).port)
  const links = {
    bot: await link(() => redis.port),
    worker1: await link(() => redis.port),
    worker2: await link(() => redis.port),
    slack: await link(() => slackPort, throughProxy(slackPort)),
  }
  const clusters: LaneCluster[] = []
  for (let i = 1; i <= count; i++) {
    const name = `c${String(i).padStart(3, '0')}`
    clusters.push({ name, links: await Promise.all(NODES.map(() => link(() => nodes.sshd.port))) })
  }
  const runbooks = await writeRunbooks(folder, nodes)
  const files = await writeConfigurations(
    {
      folder,
      runbooks,
      archive,
      nodes,
      slackApiUrl: `http://127.0.0.1:${links.slack.port}/api/`,
      clusters: Object.fromEntries(
        clusters.map(cluster => [
          cluster.name,
          Object.fromEntries(NODES.map((node, i) => [node, cluster.links[i]?.port ?? 0])),
        ]),
      ),
    },
    { bot: links.bot.port, worker1: links.worker1.port, worker2: links.worker2.port },
  )
  const tokens = { SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken }
  const part = (name: 'bot' | 'worker1' | 'worker2', kind: 'bot' | 'worker'): Part => {
    const env = { PATH: process.env['PATH'], HOME: folder, ...tokens, HA_CONFIG: files[name] }
    const made: Part = new Part({
      name,
      kind,
      program,
      env,
      haste: HASTE,
      reached: (which, point) => lane.onReached(which, point),
    })
    lifecycle.add(name, () => made.close())
    return made
  }
  const lane: Lane = {
    folder,
    archive,
    workspace,
    redis,
    nodes,
    bot: part('bot', 'bot'),
    workers: [part('worker1', 'worker'), part('worker2', 'worker')],
    links,
    nextCluster: () => clusters.shift(),
    onReached: () => undefined,
    close: () => lifecycle.close(),
  }
  await Promise.all([lane.bot, ...lane.workers].map(each => each.up()))
  return lane
}

/**
 * The workspace answers to its own address only, and tells its own address; both ports have five digits, so what passes can be put right
 * without changing its length.
 */
function throughProxy(port: number): (direction: 'up' | 'down', chunk: Buffer, own: number) => Buffer {
  return (direction, chunk, own) => {
    const [from, to] = direction === 'up' ? [own, port] : [port, own]
    const text = chunk.toString('latin1')
    const address = `127.0.0.1:${from}`
    return text.includes(address) ? Buffer.from(text.replaceAll(address, `127.0.0.1:${to}`), 'latin1') : chunk
  }
}
