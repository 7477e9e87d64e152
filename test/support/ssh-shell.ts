import { readFile } from 'node:fs/promises'
import { createSshShell, type SshShell, type SshShellOptions } from '../../src/adapters/ssh/shell.ts'
import type { Inventory, InventoryNode, SshSettings } from '../../src/clusters/inventory.ts'
import type { Execution, ExecutionResult } from '../../src/runs/ports.ts'
import type { Sshd } from './sshd.ts'

export interface TestShell extends SshShell {
  readonly inventory: Inventory
  /** Runs a script on a node (`n1` unless told) within 20 s, keeping 64 KiB of each stream. */
  run(script: string, more?: Partial<Execution>): Promise<ExecutionResult>
}

export interface TestShellOptions extends Partial<Omit<SshShellOptions, 'inventory'>> {
  readonly ssh?: Partial<SshSettings>
  readonly nodes?: readonly InventoryNode[]
}

/** A real SshShell for a cluster `c` whose node `n1` is this sshd, or whose nodes are the given ones. */
export function shellFor(sshd: Sshd, { ssh, nodes, ...options }: TestShellOptions = {}): TestShell {
  const list = nodes ?? [{ name: 'n1', address: sshd.address, port: sshd.port }]
  const settings: SshSettings = {
    user: sshd.user,
    identityFile: sshd.identityFile,
    knownHosts: sshd.knownHostsFile,
    // Absolute: a relative one would be in the home of whoever runs the tests.
    ledger: `${sshd.folder}/ledger`,
    ...ssh,
  }
  const inventory: Inventory = {
    c: {
      name: 'c',
      stack: 'pacemaker',
      groups: {},
      ssh: settings,
      nodes: Object.fromEntries(list.map(node => [node.name, node])),
    },
  }
  const shell = createSshShell({ inventory, readFile, env: {}, ...options })
  const usual = { cluster: 'c', node: 'n1', timeoutMs: 20_000, keepBytes: 65_536 }
  return {
    ...shell,
    inventory,
    run: async (script, more = {}) =>
      await shell.execute({ ...usual, signal: new AbortController().signal, ...more, script }),
  }
}
