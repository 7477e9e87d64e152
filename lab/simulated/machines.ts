import type { LoggedExecution } from './shell/call-log.ts'
import { type NodeShell, nodeShell } from './shell/node-shell.ts'
import type { ExecutionLogger } from './ssh/exec.ts'
import { type KeyPair, newKeyPair } from './ssh/keys.ts'
import { type NodeServer, nodeServer } from './ssh/node-server.ts'
import type { Machines } from './stack-model.ts'

/** A node's hardware: shell, SSH server, host key, power. */
export interface Machine {
  readonly name: string
  readonly shell: NodeShell
  readonly server: NodeServer
  readonly hostKey: KeyPair
  powered: boolean
  /** Somebody stopped sshd; power coming back does not start it. */
  sshStopped: boolean
}

export interface MachineOptions {
  readonly folder: string
  readonly user: string
  readonly clientKey: string
  readonly executions: LoggedExecution[]
}

export async function startMachine(name: string, options: MachineOptions): Promise<Machine> {
  const shell = nodeShell(options.folder, name)
  const hostKey = newKeyPair(name)
  const server = await nodeServer({
    hostKey: hostKey.private,
    user: options.user,
    clientKey: options.clientKey,
    shell,
    log: executionLogger(name, options.executions),
  })
  return { name, shell, server, hostKey, powered: true, sshStopped: false }
}

function executionLogger(node: string, executions: LoggedExecution[]): ExecutionLogger {
  return script => {
    const entry: LoggedExecution = { node, script, at: Date.now(), exitCode: undefined }
    executions.push(entry)
    return exitCode => {
      entry.exitCode = exitCode
    }
  }
}

/** Carries the model's power cuts out on the machines. `problem` hears of a server that could not be stopped or started. */
export function powerOver(machines: ReadonlyMap<string, Machine>, problem: (error: unknown) => void): Machines {
  return {
    powerLost(name) {
      const machine = machines.get(name)
      if (!machine) return
      machine.powered = false
      machine.shell.endAll()
      machine.server.stop().catch(problem)
    },
    powerRestored(name) {
      const machine = machines.get(name)
      if (!machine) return
      machine.powered = true
      if (!machine.sshStopped) machine.server.start().catch(problem)
    },
  }
}
