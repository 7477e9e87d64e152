import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type NodeFiles, nodeFiles, rooted, rootedBySed } from '../files.ts'
import { endProcessesOf, kill } from './processes.ts'

/** The machine behind a node: its folder, its PATH, its processes. */
export interface NodeShell {
  readonly home: string
  readonly bin: string
  /** What lies on this node at the places that belong to a cluster. */
  readonly files: NodeFiles
  /** Starts a script in its own process group. */
  start(script: string, origin: '' | 'inspect'): ChildProcessWithoutNullStreams
  /** Ends everything that was ever started here. */
  endAll(): void
}

export function nodeShell(folder: string, node: string): NodeShell {
  const home = join(folder, 'nodes', node)
  const bin = join(home, '.bin')
  const root = join(home, '.root')
  mkdirSync(bin, { recursive: true, mode: 0o700 })
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const shell = claimShell(bin, root)
  const children = new Set<ChildProcessWithoutNullStreams>()
  return {
    home,
    bin,
    files: nodeFiles(root),
    start(script, origin) {
      const inherited = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, TMPDIR: home, HA_RUNNER_SH: shell }
      const env = origin === '' ? inherited : { ...inherited, LAB_ORIGIN: origin }
      const child = spawn('/bin/sh', ['-c', rooted(script, root)], { cwd: home, env, detached: true, stdio: 'pipe' })
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

/** The shell that carries out what was claimed on this node: the bundle keeps its checksum, what is run of it finds this node's files. */
function claimShell(bin: string, root: string): string {
  const file = join(bin, '.sh')
  const places = rootedBySed(root)
  const text = `#!/bin/sh
case $1 in
  */b-*)
    sed -e '${places}' -e '${places}' "$1" >"$HOME/.bundle.$$" || exit 126
    exec /bin/sh "$HOME/.bundle.$$"
    ;;
esac
exec /bin/sh "$@"
`
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}
