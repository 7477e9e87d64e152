import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Contender, timed } from '../measure/rounds.ts'
import type { Login } from '../ssh/login.ts'
import { FANOUT, SCRIPT } from './load.ts'

/** A program made for this, by what it is called with. */
interface Tool {
  readonly program: string
  readonly args: (nodes: string, config: string) => readonly string[]
  readonly env: (config: string) => Readonly<Record<string, string>>
}

const TOOLS: readonly Tool[] = [
  {
    program: 'pdsh',
    args: nodes => ['-S', '-R', 'ssh', '-f', String(FANOUT), '-w', nodes, SCRIPT],
    env: config => ({ PDSH_SSH_ARGS_APPEND: `-F ${config}` }),
  },
  {
    program: 'clush',
    args: (nodes, config) => ['-S', '-q', '-f', String(FANOUT), '-o', `-F ${config}`, '-w', nodes, SCRIPT],
    env: () => ({}),
  },
  {
    program: 'ansible',
    args: nodes => ['all', '-i', `${nodes},`, '-f', String(FANOUT), '-m', 'raw', '-a', SCRIPT],
    // Its own default keeps connections for a minute, and their processes with them.
    env: config => ({ ANSIBLE_SSH_ARGS: `-F ${config} -o ControlMaster=no`, LC_ALL: 'C.UTF-8' }),
  },
]

export interface FanOutTools {
  readonly contenders: readonly Contender[]
  /** Names of their rows. */
  readonly names: readonly string[]
  readonly missing: readonly string[]
}

/** Those of pdsh, clush and ansible that this computer has; each connects anew each time. */
export async function fanOutTools(logins: readonly Login[], folder: string): Promise<FanOutTools> {
  const config = join(folder, 'ssh_config')
  await writeFile(config, logins.map(hostEntry).join(''))
  const nodes = logins.map((_, index) => nameOf(index)).join(',')
  const found = TOOLS.filter(({ program }) => isOnPath(program))
  return {
    contenders: found.map(tool => timed(rowOf(tool), () => run(tool, nodes, config, folder))),
    names: found.map(rowOf),
    missing: TOOLS.filter(tool => !found.includes(tool)).map(({ program }) => program),
  }
}

async function run(tool: Tool, nodes: string, config: string, home: string): Promise<void> {
  const env = { ...process.env, HOME: home, ...tool.env(config) }
  const child = spawn(tool.program, tool.args(nodes, config), { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      said += text
    })
  }
  const [exitCode] = await once(child, 'close')
  const answers = said.split('load average').length - 1
  if (exitCode !== 0 || answers !== nodes.split(',').length)
    throw new Error(`${tool.program} ended with ${exitCode} and ${answers} answers:\n${said.slice(0, 1000)}`)
}

function rowOf({ program }: Tool): string {
  return `${program} cold, ${FANOUT} at a time`
}

function nameOf(index: number): string {
  return `node${index + 1}`
}

function hostEntry(login: Login, index: number): string {
  return `Host ${nameOf(index)}
  HostName ${login.host}
  Port ${login.port}
  User ${login.user}
  IdentityFile ${login.identityFile}
  IdentitiesOnly yes
  UserKnownHostsFile ${login.knownHostsFile}
  StrictHostKeyChecking yes
  BatchMode yes
`
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
