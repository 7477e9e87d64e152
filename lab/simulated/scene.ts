import { mkdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import { type LabClock, realClock } from './clock.ts'
import type { NodeFiles } from './files.ts'
import { type Machine, powerOver, startMachine } from './machines.ts'
import { openServices, type Services } from './services.ts'
import type { LoggedCall, LoggedExecution } from './shell/call-log.ts'
import { inspectOn } from './shell/inspect.ts'
import { installShims } from './shell/shim.ts'
import { openSwitchboard, type Switchboard } from './shell/switchboard.ts'
import { newKeyPair, writeIdentity, writeKnownHosts } from './ssh/keys.ts'
import type { Machines, StackModel, ToolCall, ToolReply } from './stack-model.ts'

/** A cluster to play: its machines, and the model of what answers on them. */
export interface Scene<Model extends StackModel> {
  readonly name: string
  /** What a person should know about it, one line. */
  readonly summary: string
  readonly cluster: World['cluster']
  readonly nodes: readonly string[]
  /** Groups that clients reach over TCP while they run: each gets a port on this computer. */
  readonly services: readonly string[]
  readonly model: (ground: Ground) => Model
}

/** What a model stands on. */
export interface Ground {
  readonly clock: LabClock
  /** Hears of power cuts. */
  readonly machines: Machines
  /** The files of one node; only places that belong to a cluster (files.ts) are seen by scripts. */
  readonly files: (node: string) => NodeFiles
}

export interface SceneOptions {
  /** Receives known_hosts, the client's key and scratch; removed again at close. */
  readonly folder: string
  /** 1 = realistic seconds (default), 0.05 = twenty times as fast. */
  readonly pace?: number
}

/** What can be done to the machines, and what reached them. */
export interface MachineControl {
  stopSsh(node: string): Promise<void>
  startSsh(node: string): Promise<void>
  /** Breaks every connection to a node; what runs there runs on. */
  dropConnections(node: string): void
  /** Clients do not reach a group although it runs, as behind a switch that has not learned where it is. */
  cutOff(group: string, on: boolean): void
  /** Every further call of a tool is answered that much later, in real ms; 0 takes it back. */
  delayCommand(tool: string, ms: number): void
  /** Calls of cluster tools in the order they came, on one node or on all; those of `inspect` are left out. */
  calls(node?: string): readonly LoggedCall[]
  /** Scripts that came over SSH. */
  executions(node?: string): readonly LoggedExecution[]
}

export interface PlayedScene<Model extends StackModel> {
  readonly world: World
  readonly model: Model
  readonly machines: MachineControl
}

const USER = 'haops'

/** One SSH server per node on loopback, and the model behind their tools. Needs no root and no packages. */
export async function playScene<Model extends StackModel>(
  scene: Scene<Model>,
  options: SceneOptions,
): Promise<PlayedScene<Model>> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const folder = realpathSync(options.folder)
  const client = newKeyPair('ha-bot lab')
  const executions: LoggedExecution[] = []
  const machines = new Map<string, Machine>()
  for (const name of scene.nodes) {
    machines.set(name, await startMachine(name, { folder, user: USER, clientKey: client.public, executions }))
  }
  const problems: unknown[] = []
  const model = scene.model({
    clock: realClock(options.pace ?? 1),
    machines: powerOver(machines, error => problems.push(error)),
    files: node => machineOf(machines, node).shell.files,
  })
  const delays = new Map<string, number>()
  const switchboard = openSwitchboard(folder, call => answer(model, delays, call))
  for (const [node, { shell }] of machines) {
    const { calls, requests } = switchboard
    installShims({ node, bin: shell.bin, files: shell.files, calls, requests }, model)
  }
  const isUp = (node: string) => machines.get(node)?.powered === true
  const services = await openServices(scene.services, model.serving, { isUp, problem: error => problems.push(error) })
  const hosts = [...machines.values()].map(({ server, hostKey }) => ({ port: server.port, key: hostKey.public }))
  const world: World = {
    name: scene.name,
    summary: scene.summary,
    cluster: { ...scene.cluster, groups: services.toGroups(scene.cluster.groups) },
    nodes: [...machines.values()].map(({ name, server }) => ({ name, address: '127.0.0.1', port: server.port })),
    login: { user: USER, identityFile: writeIdentity(folder, client) },
    ledger: '.ha-bot',
    knownHostsFile: writeKnownHosts(folder, hosts),
    inspect: async (node, script) => await inspectOn(machineOf(machines, node), script),
    close: closer({ folder, machines, model, switchboard, services }),
  }
  return {
    world,
    model,
    machines: { ...machineControl(machines, delays, switchboard, executions), cutOff: services.cutOff },
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

function machineControl(
  machines: ReadonlyMap<string, Machine>,
  delays: Map<string, number>,
  switchboard: Switchboard,
  executions: readonly LoggedExecution[],
): Omit<MachineControl, 'cutOff'> {
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
    calls: node => switchboard.log.filter(call => node === undefined || call.node === node),
    executions: node => executions.filter(execution => node === undefined || execution.node === node),
  }
}

interface Ending {
  readonly folder: string
  readonly machines: ReadonlyMap<string, Machine>
  readonly model: StackModel
  readonly switchboard: Switchboard
  readonly services: Services
}

/** Ends servers, model and processes, then removes the folder. Safe to call twice. */
function closer({ folder, machines, model, switchboard, services }: Ending): () => Promise<void> {
  let closing: Promise<void> | undefined
  const close = async () => {
    await services.close()
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
