import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Answer, LAB_ENVIRONMENT, run } from './command.ts'
import { type LabNames, type NodeName, nodeAddress, nodeNamespace } from './names.ts'
import { plugIn, unplug } from './network.ts'

const FIRST_PROCESS = fileURLToPath(new URL('node.sh', import.meta.url))
const BOOT_LIMIT_MS = 60_000
const END_LIMIT_MS = 20_000
const INSPECT_LIMIT_S = 60

/** What Pacemaker's units would set; there is no syslog in a node. */
const DAEMON_ENVIRONMENT = {
  ...LAB_ENVIRONMENT,
  HOME: '/run/root',
  PCMK_logfile: '/var/log/pacemaker/pacemaker.log',
  PCMK_logfacility: 'none',
}

export interface LabNode {
  readonly name: NodeName
  readonly address: string
  /** Resolves when sshd, corosync and pacemakerd were started; whether they found each other is for `ready`. */
  powerOn(signal?: AbortSignal): Promise<void>
  /** Pulls the plug: every process of the node ends at once, unasked. */
  powerOff(): Promise<void>
  /** Runs `script` in sh on the node, not over the network; at most 60 s. A node without power answers 255, as ssh would. */
  inspect(script: string): Promise<Answer>
}

interface Running {
  readonly plug: ChildProcess
  /** Process id, as the machine counts. */
  readonly firstProcess: number
}

export function labNode(names: LabNames, name: NodeName, disk: string): LabNode {
  let running: Running | undefined

  async function powerOn(signal?: AbortSignal): Promise<void> {
    if (running) return
    await unplug(names, name)
    await plugIn(names, name, signal)
    running = await boot(names, name, disk, signal)
  }

  async function powerOff(): Promise<void> {
    if (running) await pull(running)
    running = undefined
    await unplug(names, name)
  }

  async function inspect(script: string): Promise<Answer> {
    if (!running) return { exitCode: 255, stdout: '', stderr: `${name} has no power.\n` }
    const inside = ['-t', String(running.firstProcess), '-m', '-u', '-p', '-n', '-i']
    const limited = ['timeout', '-s', 'KILL', String(INSPECT_LIMIT_S), '/bin/sh', '-c', script]
    return await run('nsenter', [...inside, ...limited], { limitMs: (INSPECT_LIMIT_S + 5) * 1000 })
  }

  return { name, address: nodeAddress(names, name), powerOn, powerOff, inspect }
}

const NEW_NAMESPACES = 'unshare --mount --uts --pid --ipc --fork --kill-child'.split(' ')

/** `setpriv` ends the node with this process even if that is killed; `unshare --kill-child` ends all of the node with `unshare`. */
async function boot(names: LabNames, name: NodeName, disk: string, signal?: AbortSignal): Promise<Running> {
  const console = await open(join(disk, 'console.log'), 'a')
  const inside = ['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', nodeNamespace(names, name)]
  const args = [...inside, ...NEW_NAMESPACES, '/bin/sh', FIRST_PROCESS, name, disk]
  const plug = spawn('setpriv', args, { stdio: ['ignore', console.fd, console.fd, 'pipe'], env: DAEMON_ENVIRONMENT })
  try {
    await once(plug, 'spawn')
    return { plug, firstProcess: Number(await firstMessage(plug.stdio[3], signal)) }
  } catch (cause) {
    await ended(plug, () => plug.kill('SIGKILL'))
    throw new Error(`${name} did not boot: ${cause instanceof Error ? cause.message : cause}`, { cause })
  } finally {
    await console.close()
  }
}

/** What a booting node reports on its file descriptor 3: the process id of its first process. */
async function firstMessage(pipe: unknown, signal?: AbortSignal): Promise<string> {
  if (!(pipe instanceof Readable)) throw new Error('it has no pipe to report on.')
  const limit = AbortSignal.timeout(BOOT_LIMIT_MS)
  addAbortSignal(signal ? AbortSignal.any([signal, limit]) : limit, pipe)
  for await (const message of pipe) return String(message)
  throw new Error('its first process ended early.')
}

/**
 * With the first process the kernel ends all others of the node, and `unshare` ends when they are gone.
 * The other way round the first process would be left as a zombie to whatever is process 1 of the machine.
 */
async function pull({ plug, firstProcess }: Running): Promise<void> {
  await ended(plug, () => {
    try {
      process.kill(firstProcess, 'SIGKILL')
    } catch {
      // It ended by itself a moment ago; the exit of `unshare` is on its way.
    }
  })
}

async function ended(plug: ChildProcess, end: () => void): Promise<void> {
  if (plug.pid === undefined || plug.exitCode !== null || plug.signalCode !== null) return
  const gone = once(plug, 'exit', { signal: AbortSignal.timeout(END_LIMIT_MS) })
  end()
  await gone
}
