import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SimulatedWorld, startSimulatedWorld } from '../../../lab/simulated/world.ts'

export interface WorldUnderTest extends SimulatedWorld {
  readonly folder: string
}

/** A fast world in a folder of its own; `close` removes both. */
export async function worldUnderTest(pace = 0.02): Promise<WorldUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-world-'))
  const world = await startSimulatedWorld({ name: 'pvfs-pacemaker', folder, pace }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true })
    throw error
  })
  return {
    ...world,
    folder,
    async close() {
      await world.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface SshResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command on a node with the system's own ssh, with pinned host keys. */
export function ssh(
  world: WorldUnderTest,
  name: string,
  command: string,
  more: readonly string[] = [],
): Promise<SshResult> {
  const node = world.nodes.find(candidate => candidate.name === name)
  if (!node) throw new Error(`no node ${name}`)
  const settings = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    'GlobalKnownHostsFile=none',
    `UserKnownHostsFile=${world.knownHostsFile}`,
  ]
  const args = [
    '-F',
    'none',
    ...settings.flatMap(setting => ['-o', setting]),
    '-i',
    world.login.identityFile,
    '-p',
    String(node.port),
  ]
  return new Promise(resolve => {
    const child = execFile(
      'ssh',
      [...args, ...more, `${world.login.user}@${node.address}`, command],
      (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    )
    child.stdin?.end()
  })
}
