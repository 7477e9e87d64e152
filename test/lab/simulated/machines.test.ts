import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processesOf } from '../../../lab/simulated/shell/processes.ts'
import { ssh, type WorldUnderTest, worldUnderTest } from './world-under-test.ts'

/** A connection with ssh2; ends with the test. */
function connect(world: WorldUnderTest, name: string, key: string, user = world.login.user): Promise<ssh2.Client> {
  const client = new ssh2.Client()
  const port = world.nodes.find(node => node.name === name)?.port ?? 0
  return new Promise((resolve, reject) => {
    client.on('ready', () => {
      client.setNoDelay(true)
      resolve(client)
    })
    client.on('error', reject)
    client.connect({ host: '127.0.0.1', port, username: user, privateKey: key })
  })
}

interface Ended {
  readonly code: number | null
  readonly signal: string
  readonly stdout: string
  readonly stderr: string
}

function exec(client: ssh2.Client, command: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      let stdout = ''
      let stderr = ''
      let code: number | null = null
      let signal = ''
      channel.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      channel.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      channel.on('exit', (exitCode: number | null, name?: string) => {
        code = exitCode
        signal = name ?? ''
      })
      channel.on('close', () => resolve({ code, signal, stdout, stderr }))
    })
  })
}

describe('the simulated machines', { timeout: 60_000 }, () => {
  let world: WorldUnderTest
  let key: string
  const clients: ssh2.Client[] = []
  const open = async (node: string) => {
    const client = await connect(world, node, key)
    clients.push(client)
    return client
  }

  beforeEach(async () => {
    world = await worldUnderTest()
    key = (await world.inspect('node1', `cat '${world.login.identityFile}'`)).stdout
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    await world.close()
  })

  it('let nobody in without the one key and the one account', async () => {
    const stranger = ssh2.utils.generateKeyPairSync('ed25519')
    await expect(connect(world, 'node1', stranger.private)).rejects.toThrow(
      'All configured authentication methods failed',
    )
    await expect(connect(world, 'node1', key, 'root')).rejects.toThrow('All configured authentication methods failed')
  })

  it('have a host key each, pinned in known_hosts: one node does not pass for another', async () => {
    const [first, second] = world.nodes
    const swapped = join(world.folder, 'swapped')
    const lines = (await world.inspect('node1', `cat '${world.knownHostsFile}'`)).stdout.split('\n')
    const other = lines.find(line => line.startsWith(`[127.0.0.1]:${second?.port} `)) ?? ''
    await writeFile(swapped, `${other.replace(String(second?.port), String(first?.port))}\n`)
    const refused = await ssh(world, 'node1', 'true', ['-o', `UserKnownHostsFile=${swapped}`])
    expect(refused.exitCode).toBe(0)
    const strict = await ssh({ ...world, knownHostsFile: swapped }, 'node1', 'true')
    expect(strict.exitCode).toBe(255)
    expect(strict.stderr).toContain('Host key verification failed')
  })

  it('report exit codes, both streams and signals as sshd does', async () => {
    const client = await open('node1')
    expect(await exec(client, 'echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      signal: '',
      stdout: 'out\n',
      stderr: 'err\n',
    })
    expect(await exec(client, 'kill -TERM $$')).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect((await exec(client, 'head -c 5000000 /dev/zero | tr "\\0" x')).stdout.length).toBe(5_000_000)
  })

  it('offer commands only: no terminal, no shell, no sftp, and ten of them on one connection', async () => {
    const client = await open('node1')
    await expect(
      new Promise((resolve, reject) => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)))),
    ).rejects.toThrow()
    await expect(
      new Promise((resolve, reject) => client.shell((error, shell) => (error ? reject(error) : resolve(shell)))),
    ).rejects.toThrow()
    const other = await open('node1')
    const results = await Promise.allSettled(Array.from({ length: 11 }, () => exec(other, 'sleep 0.2')))
    expect(results.filter(result => result.status === 'rejected')).toHaveLength(1)
  })

  it('give scripts their own home and nothing of the world that started them', async () => {
    const { stdout } = await ssh(world, 'node2', 'env | sort; pwd; sudo -n hostname; uname -n')
    const home = join(world.folder, 'nodes', 'node2')
    expect(stdout.split('\n')).toEqual([
      `HA_RUNNER_SH=${home}/.bin/.sh`,
      `HOME=${home}`,
      `PATH=${home}/.bin:/usr/bin:/bin`,
      `PWD=${home}`,
      `TMPDIR=${home}`,
      home,
      'node2',
      'node2',
      '',
    ])
  })

  it('answer fifty commands at once, each with its own answer', async () => {
    const nodes = ['node1', 'node2', 'node3', 'node4', 'node5']
    const connections = await Promise.all(nodes.map(open))
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const client = connections[index % 5]
        if (!client) throw new Error('no connection')
        return await exec(client, `crm_node -n; crm_resource -W -r server${index % 4} -Q; crm_node --bogus${index}`)
      }),
    )
    results.forEach((result, index) => {
      expect(result).toEqual({
        code: 64,
        signal: '',
        stdout: `node${(index % 5) + 1}\nnode${(index % 4) + 1}\n`,
        stderr: `crm_node: Unknown option --bogus${index}\n`,
      })
    })
    await vi.waitUntil(() => readdirSync(join(world.folder, 'calls')).length === 0, 5_000)
  })

  it('let a command run on when the connection drops, and log what ran', async () => {
    const running = ssh(world, 'node4', 'sleep 0.3; crm_node -n >survived')
    await vi.waitUntil(() => world.control.executions('node4').length === 1, 10_000)
    world.control.dropConnections('node4')
    expect((await running).exitCode).toBe(255)
    await vi.waitUntil(() => existsSync(join(world.folder, 'nodes', 'node4', 'survived')), 10_000)
    await vi.waitUntil(() => world.control.calls('node4')[0]?.exitCode === 0, 10_000)
    expect(world.control.calls('node4')).toMatchObject([{ argv: ['crm_node', '-n'], exitCode: 0, cibFile: '' }])
    expect(world.control.calls('node1')).toEqual([])
  })

  it('keep what the lab itself looks at out of the log', async () => {
    expect(await world.inspect('node1', 'crm_node -n; exit 7')).toEqual({ exitCode: 7, stdout: 'node1\n', stderr: '' })
    expect(world.control.calls()).toEqual([])
    expect(world.control.executions()).toEqual([])
  })

  it('take standard input where a tool reads it, and hand every argument on as it is', async () => {
    const piped = await ssh(
      world,
      'node1',
      'cibadmin -Q -l -o configuration | cibadmin --md5-sum -p; cibadmin -Q -o configuration >f; tr -d "\\n" <f | cibadmin -5 -p',
    )
    const [first, second] = piped.stdout.split('\n')
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(second).toBe(first)
    await ssh(
      world,
      'node1',
      `crm_attribute -n 'odd name' -v 'two  blanks, a "quote", it'"'"'s $HOME
and a line'`,
    )
    expect(world.control.calls().at(-1)?.argv).toEqual([
      'crm_attribute',
      '-n',
      'odd name',
      '-v',
      `two  blanks, a "quote", it's $HOME\nand a line`,
    ])
  })

  it('can be slow, lose their sshd, and get it back on the same port', async () => {
    world.control.delayCommand('crm_mon', 60_000)
    expect((await ssh(world, 'node1', 'timeout 0.3 crm_mon -1')).exitCode).toBe(124)
    await world.control.stopSsh('node1')
    expect((await ssh(world, 'node1', 'true')).exitCode).toBe(255)
    await world.control.startSsh('node1')
    expect((await ssh(world, 'node1', 'true')).exitCode).toBe(0)
  })

  it('leave no process and no file behind, whatever was detached', async () => {
    const home = join(world.folder, 'nodes', 'node3')
    const detached = await ssh(
      world,
      'node3',
      'setsid sh -c "while :; do crm_mon -1 >/dev/null; done" >/dev/null 2>&1 </dev/null & sleep 300 >/dev/null 2>&1 & echo started',
    )
    expect(detached.stdout).toBe('started\n')
    expect(processesOf(home).length).toBeGreaterThan(0)
    await world.close()
    expect(processesOf(home)).toEqual([])
    expect(existsSync(world.folder)).toBe(false)
    await world.close()
  })
})
