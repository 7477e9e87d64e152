import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { LAB_ENVIRONMENT } from './command.ts'
import type { LabNames, Seat } from './names.ts'

const FIRST_PROCESS = fileURLToPath(new URL('node.sh', import.meta.url))
const BOOT_LIMIT_MS = 60_000
const END_LIMIT_MS = 20_000

export interface MachineParts {
  readonly names: LabNames
  /** Folder that holds a disk for each node. */
  readonly folder: string
}

/** A node that has booted. */
export interface Machine {
  /** Process id, as the machine counts. */
  readonly firstProcess: number
  /** It may end by itself, as a node does that reboots. */
  hasEnded(): boolean
  /** Ends all of it at once; resolves when nothing of it runs. */
  pull(): Promise<void>
}

const NEW_NAMESPACES = 'unshare --mount --uts --pid --ipc --fork --kill-child'.split(' ')

/** `setpriv` ends the node with this process even if that is killed; `unshare --kill-child` ends all of the node with `unshare`. */
export async function boot(seat: Seat, parts: MachineParts, signal?: AbortSignal): Promise<Machine> {
  const disk = join(parts.folder, seat.name)
  const console = await open(join(disk, 'console.log'), 'a')
  const inside = ['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', seat.namespace]
  const args = [...inside, ...NEW_NAMESPACES, '/bin/sh', FIRST_PROCESS, seat.name, disk]
  const env = { ...LAB_ENVIRONMENT, HOME: '/run/root' }
  const plug = spawn('setpriv', args, { stdio: ['ignore', console.fd, console.fd, 'pipe'], env })
  try {
    await once(plug, 'spawn')
    const firstProcess = Number(await firstMessage(plug.stdio[3], signal))
    return { firstProcess, hasEnded: () => isOver(plug), pull: async () => await pull(plug, firstProcess) }
  } catch (cause) {
    await ended(plug, () => plug.kill('SIGKILL'))
    throw new Error(`${seat.name} did not boot: ${cause instanceof Error ? cause.message : cause}`, { cause })
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
async function pull(plug: ChildProcess, firstProcess: number): Promise<void> {
  await ended(plug, () => {
    try {
      process.kill(firstProcess, 'SIGKILL')
    } catch {
      // It ended by itself a moment ago; the exit of `unshare` is on its way.
    }
  })
}

function isOver({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

async function ended(plug: ChildProcess, end: () => void): Promise<void> {
  if (isOver(plug)) return
  const gone = once(plug, 'exit', { signal: AbortSignal.timeout(END_LIMIT_MS) })
  end()
  await gone
}
