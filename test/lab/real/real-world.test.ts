import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Answer, must, run } from '../../../lab/real/command.ts'
import { readMonitor, type Sight } from '../../../lab/real/pacemaker/monitor.ts'
import { type RealWorld, startRealWorld } from '../../../lab/real/real-world.ts'
import { until } from '../../../lab/real/until.ts'
import { describeReal } from './describe-real.ts'
import { exists, prefixOf, processesOf, tracesOf } from './traces.ts'

const LIMIT_MS = 60_000

describeReal('the real lab', { timeout: LIMIT_MS + 30_000 }, () => {
  let folder: string
  let world: RealWorld

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ha-bot-real-'))
    world = await startRealWorld({ folder })
  }, 150_000)

  afterAll(async () => {
    await world?.close()
    if (folder) await rm(folder, { recursive: true, force: true })
  }, LIMIT_MS)

  /** As ha-bot reaches a node: OpenSSH, the world's key, pinned host keys. */
  async function ssh(node: string, command: string, extra: readonly string[] = []): Promise<Answer> {
    const { identityFile, user } = world.login
    const address = world.nodes.find(each => each.name === node)?.address
    const pinned = ['UserKnownHostsFile', world.knownHostsFile].join('=')
    const options = [pinned, 'StrictHostKeyChecking=yes', 'BatchMode=yes', 'IdentitiesOnly=yes', 'ConnectTimeout=10']
    const words = [...extra, '-F', 'none', '-i', identityFile, ...options.flatMap(option => ['-o', option])]
    return await run('ssh', [...words, `${user}@${address}`, command], { limitMs: LIMIT_MS })
  }

  async function see(node: string): Promise<Sight> {
    const sight = readMonitor((await ssh(node, 'crm_mon -1 --output-as=xml')).stdout)
    if (typeof sight === 'string') throw new Error(`crm_mon on ${node}: ${sight}`)
    return sight
  }

  async function seen(from: string, what: string, good: (sight: Sight) => boolean): Promise<void> {
    await until({ what, limitMs: LIMIT_MS }, async () => {
      const sight = await see(from)
      return good(sight) ? undefined : JSON.stringify(sight)
    })
  }

  async function holdsAddress(node: string, group: string): Promise<boolean> {
    const addresses = await world.inspect(node, 'ip -4 -o address show dev eth0')
    return addresses.stdout.includes(`inet ${world.addresses[group]}/24 `)
  }

  it('shows three members online with quorum on every node over SSH', async () => {
    const sights = await Promise.all(world.nodes.map(async node => await see(node.name)))

    for (const sight of sights) expect(sight).toMatchObject({ quorate: true, online: ['node1', 'node2', 'node3'] })
  })

  it('runs each group, with its address, on the node it prefers', async () => {
    const { runsOn } = await see('node2')

    expect(runsOn).toEqual({ server0: ['node1'], server1: ['node2'], server2: ['node1'] })
    expect(await holdsAddress('node1', 'server0')).toBe(true)
    expect(await holdsAddress('node2', 'server1')).toBe(true)
    expect(await holdsAddress('node3', 'server0')).toBe(false)
  })

  it('runs what comes over SSH as root in plain sh, with sbin in the path and the C locale', async () => {
    const { stdout } = await ssh('node3', 'echo "$0 $(id -un) $(hostname) $LC_ALL $(command -v crm_resource)"')

    expect(stdout).toBe('sh root node3 C /usr/sbin/crm_resource\n')
  })

  it('lets nobody in without the key of this world, and pins the host keys', async () => {
    const stranger = join(folder, 'stranger')
    await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger])
    const { knownHostsFile } = world
    const identity = ['-i', stranger, '-o', `UserKnownHostsFile=${knownHostsFile}`, '-o', 'BatchMode=yes', '-F', 'none']
    const target = `root@${world.nodes[0]?.address}`

    const refused = await run('ssh', [...identity, '-o', 'IdentitiesOnly=yes', target, 'true'])
    const unpinned = await ssh('node1', 'true', ['-o', 'UserKnownHostsFile=/dev/null'])

    expect(refused.stderr).toContain('Permission denied (publickey)')
    expect(unpinned.stderr).toContain('Host key verification failed')
  })

  it('gives each node a disk of its own and keeps the machine read-only', async () => {
    await world.inspect('node1', 'mkdir /var/lib/lab-trace && touch /etc/lab-trace /tmp/lab-trace')

    const elsewhere = await world.inspect('node2', 'ls -d /var/lib/lab-trace /etc/lab-trace /tmp/lab-trace')
    const machine = await Promise.all(['/var/lib/lab-trace', '/etc/lab-trace', '/tmp/lab-trace'].map(exists))
    const outside = await world.inspect('node1', 'touch /usr/lab-trace; touch /etc/alternatives/lab-trace')

    expect(elsewhere.stdout).toBe('')
    expect(machine).toEqual([false, false, false])
    expect(outside.stderr.match(/Read-only file system/g)).toHaveLength(2)
  })

  it('moves a group with its address, and the group stays when the constraint is cleared', async () => {
    const moved = await ssh('node2', 'crm_resource --move --resource server1 --node node3')
    expect(moved).toMatchObject({ exitCode: 0 })
    await seen('node1', 'server1 on node3', sight => sight.runsOn['server1']?.join() === 'node3')
    expect(await holdsAddress('node3', 'server1')).toBe(true)
    expect(await holdsAddress('node2', 'server1')).toBe(false)

    const cleared = await ssh('node1', 'crm_resource --clear --resource server1')
    const settled = await ssh('node1', 'crm_resource --wait --timeout=60s')
    const constraints = await ssh('node3', 'cibadmin --query --scope constraints')

    expect(cleared.stdout).toContain('Removing constraint: cli-prefer-server1')
    expect(settled.exitCode).toBe(0)
    expect(constraints.stdout).toContain('prefer-server1')
    expect(constraints.stdout).not.toContain('cli-')
    expect((await see('node1')).runsOn['server1']).toEqual(['node3'])
  })

  it('lets another lab end half-way beside it: nothing of that is left, and this one goes on', async () => {
    const control = new AbortController()
    const other = await mkdtemp(join(folder, 'other-'))
    let prefix = ''
    const started = startRealWorld({
      folder: other,
      signal: control.signal,
      log: line => {
        prefix ||= line.split(':')[0] ?? ''
        if (line.startsWith('Waiting for quorum')) control.abort()
      },
    })

    await expect(started).rejects.toThrow(
      /The lab did not come up\..*aborted[\s\S]*--- node3\/var\/log\/corosync\/corosync\.log/,
    )

    expect(prefix).toMatch(/^hab[0-9a-f]{2}$/)
    expect(prefix).not.toBe(prefixOf(world))
    expect(await tracesOf(prefix)).toEqual([])
    expect(await readdir(other)).toEqual([])
    expect(await see('node1')).toMatchObject({ quorate: true, online: ['node1', 'node2', 'node3'] })
  })

  it('shows a node without power as offline, and its groups and addresses on the others', async () => {
    await world.kill('node1')

    await seen('node3', 'node1 offline', ({ online, quorate }) => quorate && online.join() === 'node2,node3')
    await seen('node2', 'server0 and server2 to be recovered', ({ runsOn }) =>
      ['server0', 'server2'].every(group => /^node[23]$/.test(runsOn[group]?.join() ?? '')),
    )
    expect((await world.inspect('node1', 'true')).exitCode).toBe(255)
    expect((await ssh('node1', 'true', ['-o', 'ConnectTimeout=2'])).exitCode).toBe(255)
  })

  it('takes a node back after a restart, with its old disk and a new boot id', async () => {
    const machine = (await must('cat', ['/proc/sys/kernel/random/boot_id'])).trim()

    await world.restart('node1')

    await seen('node2', 'node1 back', ({ online }) => online.join() === 'node1,node2,node3')
    const answer = await ssh('node1', 'ls -d /var/lib/lab-trace; cat /proc/sys/kernel/random/boot_id')
    const [disk, bootId] = answer.stdout.split('\n')
    expect(disk).toBe('/var/lib/lab-trace')
    expect(bootId).toMatch(/^[0-9a-f-]{36}$/)
    expect(bootId).not.toBe(machine)
  })

  it('leaves no process, namespace, link or file behind when it is closed', async () => {
    const prefix = prefixOf(world)
    const processes = await processesOf(prefix)
    expect(processes.length).toBeGreaterThan(30)
    expect(await tracesOf(prefix, processes)).not.toEqual([])

    await world.close()
    await world.close()

    expect(await tracesOf(prefix, processes)).toEqual([])
    expect(await exists(world.knownHostsFile)).toBe(false)
  })
})
