import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startEvms } from '../../../lab/simulated/heartbeat/evms.ts'
import { startHeartbeatCrmWorld } from '../../../lab/simulated/heartbeat-crm/world.ts'
import { XEN } from '../../../lab/simulated/heartbeat-crm/xen.ts'
import { startHaLvm } from '../../../lab/simulated/rgmanager/ha-lvm.ts'
import type { SceneOptions } from '../../../lab/simulated/scene.ts'
import { startSimulatedWorld } from '../../../lab/simulated/world.ts'
import { WORLDS } from '../../../lab/simulated/worlds.ts'
import type { World } from '../../../lab/world.ts'

const HAPPENS = { timeout: 30_000, interval: 20 }
const TEST_MS = 90_000

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A fast world that ends with the test. */
async function world<W extends World>(make: (options: SceneOptions) => Promise<W>, pace = 0.02): Promise<W> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-services-'))
  ends.push(async () => await rm(folder, { recursive: true, force: true }))
  const made = await make({ folder, pace })
  ends.push(async () => await made.close())
  return made
}

function client(address: string): Promise<Socket> {
  const [host = '', port] = address.split(':')
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) })
    ends.push(async () => void socket.destroy())
    socket.once('error', reject)
    socket.once('connect', () => resolve(socket))
  })
}

function service({ cluster }: World, group: string): string {
  return cluster.groups[group]?.service ?? 'no service'
}

async function answer(address: string): Promise<string> {
  return await client(address).then(
    () => 'answers',
    (error: NodeJS.ErrnoException) => error.code ?? String(error),
  )
}

async function comesTo(address: string, wanted: 'answers' | 'ECONNREFUSED'): Promise<void> {
  await vi.waitFor(async () => expect(await answer(address)).toBe(wanted), HAPPENS)
}

describe('the services of the simulated worlds', { timeout: TEST_MS }, () => {
  it.each(Object.entries(WORLDS))(
    'clients reach groups of %s, each at a port of its own, until it ends',
    async (_, make) => {
      const made = await world<World>(make)
      const addresses = Object.values(made.cluster.groups).flatMap(({ service: address }) => address ?? [])
      expect(addresses.length).toBeGreaterThan(0)
      expect(new Set(addresses).size).toBe(addresses.length)
      for (const address of addresses) expect(await answer(address)).toBe('answers')
      await made.close()
      for (const address of addresses) expect(await answer(address)).toBe('ECONNREFUSED')
    },
  )

  it('a group that moves breaks every connection, refuses meanwhile, and answers at the same port again', async () => {
    const made = await world(options => startSimulatedWorld({ name: 'pvfs-pacemaker', ...options }), 0.2)
    const address = service(made, 'server2')
    const socket = await client(address)
    const broken = new Promise(resolve => socket.once('close', resolve))
    await made.inspect('node1', 'crm_resource --move --resource server2 --node node5')
    await broken
    await comesTo(address, 'ECONNREFUSED')
    expect(await answer(service(made, 'server1'))).toBe('answers')
    await comesTo(address, 'answers')
    expect(made.control.state().running['node5']).toContain('server2_daemon')
  })

  it('a part that does not start keeps the door shut', async () => {
    const made = await world(options => startHeartbeatCrmWorld(XEN, options))
    made.control.failStart('domu01', 'dom0-1')
    made.control.failStart('domu01', 'dom0-2')
    made.control.failMonitor('domu01', 'dom0-1')
    await made.control.until(({ running, settled }) => settled && running['domu01']?.length === 0, 'domu01 nowhere')
    expect(await answer(service(made, 'domu01'))).toBe('ECONNREFUSED')
    expect(await answer(service(made, 'domu02'))).toBe('answers')
  })

  it('a node that loses its power takes its clients with it, until the other one has taken over', async () => {
    const evms = await world(startEvms, 0.1)
    const lvm = await world(options => startHaLvm(options), 0.1)
    evms.control.killNode('n1')
    lvm.control.killNode('serv-0001')
    await comesTo(service(evms, 'dg1'), 'ECONNREFUSED')
    await comesTo(service(lvm, 'serv'), 'ECONNREFUSED')
    await comesTo(service(evms, 'dg1'), 'answers')
    await comesTo(service(lvm, 'serv'), 'answers')
  })

  it('a group can be cut off from its clients although it runs', async () => {
    const made = await world(options => startHaLvm(options))
    made.control.cutOff('serv', true)
    await comesTo(service(made, 'serv'), 'ECONNREFUSED')
    made.control.cutOff('serv', false)
    await comesTo(service(made, 'serv'), 'answers')
  })
})
