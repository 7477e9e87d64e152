import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { installDisk } from './disk.ts'
import { type LabKeys, makeKeys } from './keys.ts'
import type { LabNames } from './names.ts'
import { makeSwitch } from './network.ts'
import type { LabNode } from './node.ts'
import { startGroups, waitForMembers } from './ready.ts'

export interface Beginning {
  readonly names: LabNames
  readonly nodes: readonly LabNode[]
  /** Made here; holds a disk per node. */
  readonly folder: string
  readonly log: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/** Network, disks, power, quorum, groups: resolves with the keys when the cluster is settled. */
export async function bringUp({ names, nodes, folder, log, signal }: Beginning): Promise<LabKeys> {
  log(`${names.prefix}: three nodes on ${names.network}0/24`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await makeSwitch(names, signal)
  const keys = await makeKeys(names, folder, signal)
  const clusterKey = randomBytes(128)
  await onAll(nodes, async ({ name }) => {
    await installDisk(join(folder, name), { names, node: name, keys, clusterKey }, signal)
  })
  log('Starting sshd, Corosync and Pacemaker on each node')
  await onAll(nodes, async node => await node.powerOn(signal))
  log('Waiting for quorum and a designated controller')
  await waitForMembers(nodes, signal)
  log('Starting the groups and waiting for the cluster to settle')
  await startGroups(names, nodes, signal)
  return keys
}

/** As Promise.all, but a failure waits for the others to end: nothing may start behind the back of the tear-down. */
async function onAll(nodes: readonly LabNode[], act: (node: LabNode) => Promise<void>): Promise<void> {
  const work = nodes.map(act)
  await Promise.allSettled(work)
  await Promise.all(work)
}
