import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { LAB_ENVIRONMENT, run } from '../command.ts'
import type { LabNames, Seat } from '../names.ts'
import { until } from '../until.ts'
import { bmcSettings, EMULATION } from './settings.ts'
import { answerTo, type Board } from './switch.ts'

export interface BmcParts {
  readonly names: LabNames
  readonly seat: Seat
  readonly board: Board
  /** Made here; holds its settings and its log. */
  readonly folder: string
  readonly user: string
  readonly password: string
}

/** A simulated BMC that answers IPMI at the seat's address and switches the power of its node. */
export interface Bmc {
  close(): Promise<void>
}

const POWER_SWITCH = fileURLToPath(new URL('power-switch.sh', import.meta.url))
const COMES_UP_MS = 30_000
const END_LIMIT_MS = 20_000

/** Starts OpenIPMI's `ipmi_sim` in the namespace of the switch, so that it has power when its node has none. */
export async function startBmc(parts: BmcParts, signal?: AbortSignal): Promise<Bmc> {
  const { seat, board } = parts
  const child = await spawnSimulator(parts)
  try {
    const [, , , wire] = child.stdio
    // Both ways: `ipmi_sim` hands it down to every power switch that it starts, one at a time.
    if (!(wire instanceof Duplex)) throw new Error(`The BMC of ${seat.name} has no wire to its power switch.`)
    connect(wire, board)
    await answers(parts, signal)
    return { close: async () => await end(child) }
  } catch (cause) {
    await end(child)
    throw cause
  }
}

async function spawnSimulator(parts: BmcParts): Promise<ChildProcess> {
  const { names, folder } = parts
  const at = (name: string): string => join(folder, name)
  await mkdir(at('state'), { recursive: true, mode: 0o700 })
  await writeFile(at('lan.conf'), bmcSettings({ ...parts, powerSwitch: POWER_SWITCH }), { mode: 0o600 })
  await writeFile(at('node.emu'), EMULATION)
  const console = await open(at('console.log'), 'a')
  const inside = ['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', names.switchNamespace]
  const command = ['ipmi_sim', '-n', '-c', at('lan.conf'), '-f', at('node.emu'), '-s', at('state')]
  const stdio: StdioOptions = ['ignore', console.fd, console.fd, 'pipe']
  try {
    const child = spawn('setpriv', [...inside, ...command], { stdio, env: LAB_ENVIRONMENT, cwd: folder })
    await once(child, 'spawn')
    return child
  } finally {
    await console.close()
  }
}

function connect(wire: Duplex, board: Board): void {
  wire.on('error', () => undefined)
  createInterface({ input: wire }).on('line', line => {
    void answerTo(line, board).then(answer => {
      if (wire.writable) wire.write(`${answer}\n`)
    })
  })
}

/** Asks for the power over IPMI until it is told. */
async function answers({ names, seat, folder, user, password }: BmcParts, signal?: AbortSignal): Promise<void> {
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  const question = ['-I', 'lan', '-H', seat.bmcAddress, '-U', user, '-f', passwordFile, '-N', '1', '-R', '1']
  const inside = ['netns', 'exec', names.switchNamespace, 'ipmitool', ...question, 'power', 'status']
  await until({ what: `the BMC of ${seat.name}`, limitMs: COMES_UP_MS, signal }, async () => {
    const { exitCode, stderr } = await run('ip', inside)
    return exitCode === 0 ? undefined : stderr
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit', { signal: AbortSignal.timeout(END_LIMIT_MS) })
  child.kill('SIGKILL')
  await gone
}
