import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa'

export interface SshdOptions {
  /** Default: ed25519 alone. */
  readonly hostKeys?: readonly HostKeyType[]
  /** Further lines for sshd_config, e.g. `MaxSessions 2`. */
  readonly config?: readonly string[]
  /** Further environment of every session, e.g. a PATH; values without blanks. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A real OpenSSH server on loopback, with its own host keys; the login is the user who runs the tests. */
export interface Sshd {
  readonly address: '127.0.0.1'
  readonly port: number
  readonly user: string
  /** Everything of this server; removed by `close`. */
  readonly folder: string
  /** A private key that may log in. */
  readonly identityFile: string
  /** A known_hosts file that pins all host keys of this server at this port. */
  readonly knownHostsFile: string
  /** `type base64` of each host key. */
  readonly hostKeys: readonly string[]
  /** Lines for a known_hosts file under another name or port, e.g. of a proxy before it. */
  knownHostsLines(name: string): string
  authorize(publicKey: string): Promise<void>
  /** What sshd logged. */
  log(): string
  /** Kills the server with its sessions, but not what they started, and starts it again at the same port. */
  restart(): Promise<void>
  /** Ends the server, every session and everything they started. Safe to call twice. */
  close(): Promise<void>
}

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(path => existsSync(path))

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-sshd-'))
  try {
    return await startIn(folder, options)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Makes a key pair without a passphrase at `path` and `path.pub`; answers the public line. */
export async function makeKey(path: string, type: HostKeyType = 'ed25519', passphrase = ''): Promise<string> {
  // 2048 bits are the least that OpenSSH takes, and much faster to find.
  const bits = type === 'rsa' ? ['-b', '2048'] : []
  execFileSync('ssh-keygen', ['-q', '-t', type, ...bits, '-N', passphrase, '-C', '', '-f', path])
  return (await readFile(`${path}.pub`, 'utf8')).trim()
}

async function startIn(folder: string, options: SshdOptions): Promise<Sshd> {
  const types = options.hostKeys ?? ['ed25519']
  const hostKeys = await Promise.all(types.map(type => makeKey(join(folder, `host_${type}`), type)))
  const identityFile = join(folder, 'identity')
  const authorized = join(folder, 'authorized_keys')
  await writeFile(authorized, `${await makeKey(identityFile)}\n`)
  const mark = `HA_SSHD=${randomUUID()}`
  // A home of its own: the login shell must not read the profile of whoever runs the tests.
  const environment = Object.entries({ HOME: folder, ...options.environment }).map(
    ([name, value]) => `${name}=${value}`,
  )
  const setEnv = `SetEnv ${[mark, ...environment].join(' ')}`
  let server = await launch(folder, types, [...(options.config ?? []), setEnv])
  const knownHostsLines = (name: string): string => hostKeys.map(key => `${name} ${key}\n`).join('')
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, knownHostsLines(`[127.0.0.1]:${server.port}`))
  return {
    address: '127.0.0.1',
    port: server.port,
    user: userInfo().username,
    folder,
    identityFile,
    knownHostsFile,
    hostKeys,
    knownHostsLines,
    authorize: async publicKey => await appendFile(authorized, `${publicKey}\n`),
    log: () => server.log(),
    restart: async () => {
      await end(server.child, isSshd)
      const again = await launchOn(server.port, join(folder, 'sshd_config'))
      if (typeof again === 'string') throw new Error(`sshd did not start again: ${again}`)
      server = again
    },
    close: async () => {
      await end(server.child)
      await endMarked(mark)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
  readonly log: () => string
}

/** sshd cannot be asked for a free port, so another process may take ours in between: then once more. */
async function launch(folder: string, types: readonly HostKeyType[], config: readonly string[]): Promise<Launched> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const file = join(folder, 'sshd_config')
    await writeFile(file, configText(folder, port, types, config))
    const launched = await launchOn(port, file)
    if (typeof launched !== 'string') return launched
    if (attempt === 5 || !launched.includes('Address already in use'))
      throw new Error(`sshd did not start: ${launched}`)
  }
}

/** sshd takes the first value of a keyword, so the caller's lines come first. */
function configText(folder: string, port: number, types: readonly HostKeyType[], config: readonly string[]): string {
  return [
    ...config,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map(type => `HostKey ${join(folder, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'LogLevel VERBOSE',
    '',
  ].join('\n')
}

async function launchOn(port: number, file: string): Promise<Launched | string> {
  if (SSHD === undefined) return 'there is no sshd on this computer (Debian: openssh-server)'
  // Debian's sshd wants its privilege separation folder, which only its service unit makes.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const child = spawn(SSHD, ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  const listening = new Promise<boolean>(resolve => {
    child.stderr.on('data', chunk => {
      log += chunk
      if (log.includes(`Server listening on 127.0.0.1 port ${port}`)) resolve(true)
    })
    child.once('exit', () => resolve(false))
  })
  return (await listening) ? { child, port, log: () => log } : log
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no TCP port')
  return address.port
}

/** Ends sshd and its sessions, which outlive it otherwise. Stopped first, so that none is added meanwhile. */
async function end(child: ChildProcess, which: (pid: number) => Promise<boolean> = async () => true): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGSTOP')
  const sessions = await descendants(child.pid)
  child.kill('SIGKILL')
  for (const pid of sessions) if (await which(pid)) kill(pid)
  await exited
}

async function isSshd(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).startsWith('sshd')
}

async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const pid of await processes()) {
    const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
    // The second field is the name in parentheses, which may hold anything.
    parents.set(pid, Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found.slice(1)
}

/** What sessions started outlives them, too; all of it carries the mark that SetEnv gave it. */
async function endMarked(mark: string): Promise<void> {
  for (const pid of await processes()) {
    const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    if (environ.split('\0').includes(mark)) kill(pid)
  }
}

async function processes(): Promise<number[]> {
  if (!existsSync('/proc/self/stat')) return []
  return (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
