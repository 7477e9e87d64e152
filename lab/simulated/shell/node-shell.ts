import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { endProcessesOf, kill } from './processes.ts'

/** The machine behind a node: its folder, its PATH, its processes. */
export interface NodeShell {
  readonly home: string
  readonly bin: string
  /** Starts a script in its own process group. */
  start(script: string, origin: '' | 'inspect'): ChildProcessWithoutNullStreams
  /** Ends everything that was ever started here. */
  endAll(): void
}

export function nodeShell(folder: string, node: string): NodeShell {
  const home = join(folder, 'nodes', node)
  const bin = join(home, '.bin')
  mkdirSync(bin, { recursive: true, mode: 0o700 })
  const children = new Set<ChildProcessWithoutNullStreams>()
  return {
    home,
    bin,
    start(script, origin) {
      const inherited = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, TMPDIR: home }
      const env = origin === '' ? inherited : { ...inherited, LAB_ORIGIN: origin }
      const child = spawn('/bin/sh', ['-c', script], { cwd: home, env, detached: true, stdio: 'pipe' })
      children.add(child)
      child.on('exit', () => children.delete(child))
      return child
    },
    endAll() {
      for (const child of children) if (child.pid !== undefined) kill(-child.pid)
      endProcessesOf(home)
    },
  }
}
