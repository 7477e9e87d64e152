import { join, resolve } from 'node:path'
import type { World } from '../world.ts'
import { atExit } from './at-exit.ts'
import { bringUp } from './bring-up.ts'
import { claimLab } from './claims.ts'
import { heartbeatStack } from './heartbeat/stack.ts'
import type { LabKeys } from './keys.ts'
import { logTails } from './logs.ts'
import { groupAddresses, type LabNames, labNames, seatsOf } from './names.ts'
import { type LabNode, labNode } from './node.ts'
import { pacemakerStack } from './pacemaker/stack.ts'
import type { LabStack } from './stack.ts'
import { tearDown, tearDownNow } from './tear-down.ts'

/** Nodes with real cluster daemons and OpenSSH in namespaces of this machine. */
export interface RealWorld extends World {
  /** The address that moves with each group. */
  readonly addresses: Readonly<Record<string, string>>
  /** Pulls the plug of a node: all of it is gone at once, and its addresses with it. With fencing, the cluster then powers it on again. */
  kill(node: string): Promise<void>
  /** Power on again, with the same disk and a new boot id. Resolves when its daemons are started, before it has joined. */
  restart(node: string): Promise<void>
}

/** Three nodes of Pacemaker and Corosync, or two of Heartbeat with haresources. */
export const REAL_STACKS = { pacemaker: pacemakerStack, heartbeat: heartbeatStack } as const

export interface RealWorldOptions {
  /** The world makes one folder in it and removes that at the end. */
  readonly folder: string
  /** Pacemaker unless given. */
  readonly stack?: keyof typeof REAL_STACKS
  /** Gives each node a BMC, with which the cluster cuts its power; off unless given, because it takes some seconds more to come up. */
  readonly fencing?: boolean
  /** Progress, a line at a time. */
  readonly log?: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * Starts the lab and waits until every group runs where it prefers. Needs what `realWorldMissing` asks for.
 * Rejects with the ends of the nodes' logs, and leaves nothing behind, when it does not come up.
 */
export async function startRealWorld(options: RealWorldOptions): Promise<RealWorld> {
  const { folder: parent, log = () => {}, signal, fencing = false } = options
  const stack = REAL_STACKS[options.stack ?? 'pacemaker']
  const claim = await claimLab(names => join(resolve(parent), names.prefix))
  const forget = atExit(() => tearDownNow(claim))
  const names = labNames(claim.number)
  const seats = seatsOf(names, stack.nodes)
  const { folder } = claim
  const nodes = seats.map(seat => labNode(seat, { names, folder }))
  const ends: (() => Promise<void>)[] = []
  async function end(): Promise<void> {
    // First what could switch a node on again.
    await Promise.allSettled(ends.map(async each => await each()))
    await Promise.allSettled(nodes.map(async node => await node.powerOff()))
    await tearDown(claim)
    forget()
  }
  try {
    const onEnd = (each: () => Promise<void>): void => void ends.push(each)
    const keys = await bringUp({ names, stack, seats, nodes, folder, fencing, log, onEnd, signal })
    return realWorld({ names, stack, nodes, keys, end })
  } catch (cause) {
    const logs = await logTails(folder, stack.nodes, stack.logs)
    await end()
    throw new Error(`The lab did not come up. ${cause instanceof Error ? cause.message : cause}\n${logs}`, { cause })
  }
}

interface Parts {
  readonly names: LabNames
  readonly stack: LabStack
  readonly nodes: readonly LabNode[]
  readonly keys: LabKeys
  readonly end: () => Promise<void>
}

function realWorld({ names, stack, nodes, keys, end }: Parts): RealWorld {
  let ending: Promise<void> | undefined
  const addresses = groupAddresses(names, Object.keys(stack.groups))
  function find(name: string): LabNode {
    const node = nodes.find(each => each.name === name)
    if (node) return node
    throw new Error(`The lab has no node "${name}", only ${stack.nodes.join(', ')}.`)
  }
  return {
    name: 'real',
    summary: `${stack.summary}, in namespaces of this machine, ${names.network}0/24`,
    cluster: { name: 'lab', stack: stack.stack, groups: reached(stack.groups, addresses) },
    nodes: nodes.map(({ name, address }) => ({ name, address, port: 22 })),
    login: { user: 'root', identityFile: keys.identityFile },
    knownHostsFile: keys.knownHostsFile,
    addresses,
    ...(stack.truth && { truth: stack.truth }),
    inspect: async (node, script) => await find(node).inspect(script),
    kill: async node => await find(node).powerOff(),
    restart: async node => await find(node).powerOn(),
    async close() {
      ending ??= end()
      await ending
    },
  }
}

/** Clients of a group find the sshd of whichever node has its address. */
function reached(groups: LabStack['groups'], addresses: Readonly<Record<string, string>>): LabStack['groups'] {
  return Object.fromEntries(
    Object.entries(groups).map(([name, group]) => [name, { ...group, service: `${addresses[name]}:22` }]),
  )
}
