import { join, resolve } from 'node:path'
import type { World } from '../world.ts'
import { atExit } from './at-exit.ts'
import { bringUp } from './bring-up.ts'
import { claimLab } from './claims.ts'
import type { LabKeys } from './keys.ts'
import { logTails } from './logs.ts'
import { GROUPS, groupAddresses, type LabNames, labNames, NODE_NAMES } from './names.ts'
import { type LabNode, labNode } from './node.ts'
import { tearDown, tearDownNow } from './tear-down.ts'

/** Three nodes of Corosync, Pacemaker and OpenSSH in namespaces of this machine; node3 is the spare. */
export interface RealWorld extends World {
  /** The address that moves with each group. */
  readonly addresses: Readonly<Record<string, string>>
  /** Pulls the plug of a node: all of it is gone at once, and its addresses with it. */
  kill(node: string): Promise<void>
  /** Power on again, with the same disk and a new boot id. Resolves when its daemons are started, before it has joined. */
  restart(node: string): Promise<void>
}

export interface RealWorldOptions {
  /** The world makes one folder in it and removes that at the end. */
  readonly folder: string
  /** Progress, a line at a time. */
  readonly log?: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * Starts the lab and waits until every group runs where it prefers. Needs what `realWorldMissing` asks for.
 * Rejects with the ends of the nodes' logs, and leaves nothing behind, when it does not come up.
 */
export async function startRealWorld({ folder, log = () => {}, signal }: RealWorldOptions): Promise<RealWorld> {
  const claim = await claimLab(names => join(resolve(folder), names.prefix))
  const forget = atExit(() => tearDownNow(claim))
  const names = labNames(claim.number)
  const nodes = NODE_NAMES.map(name => labNode(names, name, join(claim.folder, name)))
  async function end(): Promise<void> {
    await Promise.all(nodes.map(async node => await node.powerOff()))
    await tearDown(claim)
    forget()
  }
  try {
    const keys = await bringUp({ names, nodes, folder: claim.folder, log, signal })
    return realWorld({ names, nodes, keys, end })
  } catch (cause) {
    const logs = await logTails(claim.folder)
    await end()
    throw new Error(`The lab did not come up. ${cause instanceof Error ? cause.message : cause}\n${logs}`, { cause })
  }
}

interface Parts {
  readonly names: LabNames
  readonly nodes: readonly LabNode[]
  readonly keys: LabKeys
  readonly end: () => Promise<void>
}

function realWorld({ names, nodes, keys, end }: Parts): RealWorld {
  let ending: Promise<void> | undefined
  function find(name: string): LabNode {
    const node = nodes.find(each => each.name === name)
    if (node) return node
    throw new Error(`The lab has no node "${name}", only ${NODE_NAMES.join(', ')}.`)
  }
  return {
    name: 'real',
    summary: `three nodes of real Pacemaker and Corosync in namespaces of this machine, ${names.network}0/24; node3 is the spare`,
    cluster: { name: 'lab', stack: 'pacemaker', groups: GROUPS },
    nodes: nodes.map(({ name, address }) => ({ name, address, port: 22 })),
    login: { user: 'root', identityFile: keys.identityFile },
    knownHostsFile: keys.knownHostsFile,
    addresses: groupAddresses(names),
    inspect: async (node, script) => await find(node).inspect(script),
    kill: async node => await find(node).powerOff(),
    restart: async node => await find(node).powerOn(),
    async close() {
      ending ??= end()
      await ending
    },
  }
}
