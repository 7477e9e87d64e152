import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import { realClock } from './clock.ts'
import { type Machine, powerOver, startMachine } from './machines.ts'
import type { Snapshot } from './pacemaker/control.ts'
import { type ClusterControl, clusterControl } from './pacemaker/control.ts'
import { pacemakerModel } from './pacemaker/model.ts'
import { PVFS_GROUPS, PVFS_NODES, pvfsCib } from './pacemaker/pvfs.ts'
import type { LoggedCall, LoggedExecution } from './shell/call-log.ts'
import { inspectOn } from './shell/inspect.ts'
import { installShims } from './shell/shim.ts'
import { openSwitchboard, type Switchboard } from './shell/switchboard.ts'
import { newKeyPair, writeIdentity, writeKnownHosts } from './ssh/keys.ts'
import type { StackModel, ToolCall, ToolReply } from './stack-model.ts'
import { type UntilOptions, until } from './until.ts'

export interface SimulatedWorldOptions {
  readonly name: 'pvfs-pacemaker'
  /** Receives known_hosts, the client's key and scratch; removed again at close. */
  readonly folder: string
  /** 1 = realistic seconds (default), 0.05 = twenty times as fast. */
  readonly pace?: number
}

/** Control over the cluster, and over the machines and what reaches them. */
export interface WorldControl extends ClusterControl {
  stopSsh(node: string): Promise<void>
  startSsh(node: string): Promise<void>
  /** Breaks every connection to a node; what runs there runs on. */
  dropConnections(node: string): void
  /** Every further call of a tool is answered that much later, in real ms; 0 takes it back. */
  delayCommand(tool: string, ms: number): void
  /** Calls of cluster tools in the order they came, on one node or on all; those of `inspect` are left out. */
  calls(node?: string): readonly LoggedCall[]
  /** Scripts that came over SSH. */
  executions(node?: string): readonly LoggedExecution[]
  /** Resolves as soon as the condition holds; rejects after the limit and says what was waited for. */
  until(condition: (state: Snapshot) => boolean, options: UntilOptions): Promise<Snapshot>
}

export interface SimulatedWorld extends World {
  readonly control: WorldControl
}

const USER = 'haops'

/** Five SSH servers on loopback and the PVFS cluster under Pacemaker 2.1.5 behind them. Needs no root and no packages. */
export async function startSimulatedWorld(options: SimulatedWorldOptions): Promise<SimulatedWorld> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const folder = realpathSync(options.folder)
  const client = newKeyPair('ha-bot lab')
  const executions: LoggedExecution[] = []
  const machines = new Map<string, Machine>()
  for (const name of PVFS_NODES) {
    machines.set(name, await startMachine(name, { folder, user: USER, clientKey: client.public, executions }))
  }
  const problems: unknown[] = []
  const clock = realClock(options.pace ?? 1)
  const model = pacemakerModel(
    pvfsCib(clock.now()),
    clock,
    powerOver(machines, error => problems.push(error)),
  )
  const delays = new Map<string, number>()
  const switchboard = openSwitchboard(folder, call => answer(model, delays, call))
  for (const [node, machine] of machines) {
    installShims(
      { node, bin: machine.shell.bin, calls: switchboard.calls, requests: switchboard.requests },
      model.tools,
    )
  }
  const hosts = [...machines.values()].map(({ server, hostKey }) => ({ port: server.port, key: hostKey.public }))
  return {
    name: options.name,
    summary: 'PVFS on five nodes under Pacemaker 2.1.5: server0 to server3, node5 the spare, fencing on (simulated)',
    cluster: { name: 'pvfs', stack: 'pacemaker', groups: PVFS_GROUPS },
    nodes: [...machines.values()].map(({ name, server }) => ({ name, address: '127.0.0.1', port: server.port })),
    login: { user: USER, identityFile: writeIdentity(folder, client) },
    ledger: '.ha-bot',
    knownHostsFile: writeKnownHosts(folder, hosts),
    inspect: async (node, script) => await inspectOn(machineOf(machines, node), script),
    control: {
      ...clusterControl(model.live),
      ...machineControl(machines, delays),
      ...logControl(switchboard, executions),
      until: async (condition, limits) => await until(model.live, condition, limits),
    },
    close: closer(folder, machines, model, switchboard),
  }
}

async function answer(model: StackModel, delays: ReadonlyMap<string, number>, call: ToolCall): Promise<ToolReply> {
  const delayMs = delays.get(call.tool) ?? 0
  if (delayMs > 0) await new Promise(resolve => setTimeout(resolve, delayMs).unref())
  return await model.call(call)
}

function machineOf(machines: ReadonlyMap<string, Machine>, name: string): Machine {
  const machine = machines.get(name)
  if (!machine) throw new Error(`no node ${name} in this world`)
  return machine
}

type MachineControl = Pick<WorldControl, 'stopSsh' | 'startSsh' | 'dropConnections' | 'delayCommand'>

function machineControl(machines: ReadonlyMap<string, Machine>, delays: Map<string, number>): MachineControl {
  return {
    async stopSsh(node) {
      const machine = machineOf(machines, node)
      machine.sshStopped = true
      await machine.server.stop()
    },
    async startSsh(node) {
      const machine = machineOf(machines, node)
      machine.sshStopped = false
      if (machine.powered) await machine.server.start()
    },
    dropConnections: node => machineOf(machines, node).server.dropConnections(),
    delayCommand: (tool, ms) => void delays.set(tool, ms),
  }
}

function logControl(
  switchboard: Switchboard,
  executions: readonly LoggedExecution[],
): Pick<WorldControl, 'calls' | 'executions'> {
  return {
    calls: node => switchboard.log.filter(call => node === undefined || call.node === node),
    executions: node => executions.filter(execution => node === undefined || execution.node === node),
  }
}

/** Ends servers, model and processes, then removes the folder. Safe to call twice. */
function closer(
  folder: string,
  machines: ReadonlyMap<string, Machine>,
  model: StackModel,
  switchboard: Switchboard,
): () => Promise<void> {
  let closing: Promise<void> | undefined
  const close = async () => {
    model.close()
    await Promise.all([...machines.values()].map(async ({ server }) => await server.stop()))
    for (const { shell } of machines.values()) shell.endAll()
    switchboard.close()
    for (const entry of ['nodes', 'calls', 'requests', 'known_hosts', 'id_ed25519', 'id_ed25519.pub']) {
      rmSync(join(folder, entry), { recursive: true, force: true })
    }
  }
  return async () => {
    closing ??= close()
    await closing
  }
}
