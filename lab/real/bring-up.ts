import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installDisk } from './disk.ts'
import { type LabKeys, makeKeys } from './keys.ts'
import type { LabNames, Seat } from './names.ts'
import { addBmcAddresses, makeSwitch } from './network.ts'
import type { LabNode } from './node.ts'
import { startBmc } from './power/ipmi-sim.ts'
import { selfTest } from './power/self-test.ts'
import type { Fencing, LabDisk, LabStack } from './stack.ts'

export interface Beginning {
  readonly names: LabNames
  readonly stack: LabStack
  readonly seats: readonly Seat[]
  /** In the order of their seats. */
  readonly nodes: readonly LabNode[]
  /** Made here; holds a disk per node. */
  readonly folder: string
  /** Whether each node gets a BMC. */
  readonly fencing: boolean
  readonly log: (line: string) => void
  /** Is told how each part that was started is ended. */
  readonly onEnd: (end: () => Promise<void>) => void
  readonly signal: AbortSignal | undefined
}

/** Network, disks, power, then what the stack waits for: resolves with the keys when the cluster is settled. */
export async function bringUp(beginning: Beginning): Promise<LabKeys> {
  const { names, stack, seats, nodes, folder, fencing, log, signal } = beginning
  log(`${names.prefix}: ${stack.summary}, on ${names.network}0/24`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await makeSwitch(names, signal)
  const keys = await makeKeys(seats, folder, signal)
  const disks = await all(
    seats.map(async seat => await installDisk(join(folder, seat.name), { names, seats, seat, keys, stack }, signal)),
  )
  const power = fencing ? await agreeOnPassword(disks) : undefined
  await stack.install(disks, power, signal)
  if (power) await startBmcs(beginning, power)
  log(`Starting sshd and the cluster's daemons on ${seats.map(({ name }) => name).join(', ')}`)
  await all(nodes.map(async node => await node.powerOn({ signal })))
  await stack.settle({ names, seats, nodes, fencing: power, log }, signal)
  return keys
}

const PASSWORD_FILE = '/etc/ha-lab/bmc_password'

async function agreeOnPassword(disks: readonly LabDisk[]): Promise<Fencing> {
  // 16 characters: IPMI 1.5 takes no more.
  const password = randomBytes(8).toString('hex')
  for (const { etc } of disks) await writeFile(join(etc, '..', PASSWORD_FILE), password, { mode: 0o600 })
  return { user: 'ha-lab', password, passwordFile: PASSWORD_FILE }
}

async function startBmcs(beginning: Beginning, { user, password }: Fencing): Promise<void> {
  const { names, stack, seats, nodes, folder, log, onEnd, signal } = beginning
  log('Starting a BMC for each node')
  await addBmcAddresses(names, seats, signal)
  await all(
    nodes.map(async (node, index) => {
      const seat = seats[index]
      if (!seat) throw new Error(`${node.name} has no seat.`)
      const board = { node, log, selfTest: selfTest(node, nodes, stack) }
      const bmc = await startBmc(
        { names, seat, board, folder: join(folder, `bmc-${node.name}`), user, password },
        signal,
      )
      onEnd(bmc.close)
    }),
  )
}

/** As Promise.all, but a failure waits for the others to end: nothing may start behind the back of the tear-down. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
