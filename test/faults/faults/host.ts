import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Lane } from '../lane/lane.ts'
import { fill, mountSmall, withoutMounts } from '../lane/small-disk.ts'
import { type Fault, isAtNode, type Scene } from './fault.ts'

const DOWN_MS = 1_000
const FULL_MS = 2_000

/** What happens to the nodes. */
export const HOST_FAULTS: readonly Fault[] = [
  {
    name: 'sshd-kill',
    what: 'sshd and its sessions are killed; what they started runs on',
    deed: 'hold',
    fits: isAtNode,
    async strike({ lane, cluster }) {
      for (const link of cluster.links) link.refuse()
      for (const pid of sessionsOf(lane)) kill(pid)
    },
    heal: comesBack,
  },
  {
    name: 'reboot',
    what: 'the node is restarted: everything on it is gone, and it has another boot id',
    deed: 'hold',
    fits: isAtNode,
    async strike({ lane, cluster }) {
      for (const link of cluster.links) link.refuse()
      writeFileSync(lane.nodes.bootId, `${crypto.randomUUID()}\n`)
      for (const pid of [...sessionsOf(lane), ...startedOn(lane)]) kill(pid)
    },
    heal: comesBack,
  },
  {
    name: 'node-full',
    what: 'the disk of the node is full',
    deed: 'hold',
    fits: isAtNode,
    missing: withoutMounts,
    async prepare(lane, { name }) {
      mountSmall(lane.nodes.ledger(name), '1m')
    },
    strike: async ({ lane, cluster }) => fill(lane.nodes.ledger(cluster.name)),
    async heal({ lane, cluster }) {
      await delay(FULL_MS)
      rmSync(join(lane.nodes.ledger(cluster.name), 'filler'), { force: true })
    },
  },
  {
    name: 'archive-full',
    what: 'the disk of the archive is full',
    deed: 'hold',
    fits: point => /^(G[23]|A[134]|W[1-3]|W9|W11|W12)\./.test(point),
    missing: withoutMounts,
    strike: async ({ lane }) => fill(lane.archive),
    async heal({ lane }) {
      await delay(FULL_MS)
      rmSync(join(lane.archive, 'filler'), { force: true })
    },
  },
]

async function comesBack({ cluster }: Scene): Promise<void> {
  await delay(DOWN_MS)
  for (const link of cluster.links) link.heal()
}

/** The processes of sshd that serve a connection. */
function sessionsOf(lane: Lane): number[] {
  const master = Number(readFileSync(join(lane.nodes.sshd.folder, 'sshd.pid'), 'utf8'))
  const parents = new Map(pids().map(pid => [pid, statOf(pid)]))
  const found = [master]
  for (const pid of found)
    for (const [child, stat] of parents) if (stat?.parent === pid && stat.name.startsWith('sshd')) found.push(child)
  return found.slice(1)
}

/** Everything that a session started, however it was detached: it has the environment of the session. */
function startedOn(lane: Lane): number[] {
  const home = `HOME=${lane.nodes.sshd.folder}`
  return pids().filter(pid => pid !== process.pid && environmentOf(pid).includes(home))
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
}

function statOf(pid: number): { readonly name: string; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) }
  } catch {
    return undefined
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
