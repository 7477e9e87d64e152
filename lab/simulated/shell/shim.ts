import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NodeFiles } from '../files.ts'
import type { StackModel } from '../stack-model.ts'
import { quoted } from './quoted.ts'

export interface ShimPlace {
  readonly node: string
  /** The node's folder of commands; first on its PATH. */
  readonly bin: string
  readonly files: NodeFiles
  /** Folder in which calls and replies are exchanged. */
  readonly calls: string
  /** Named pipe that the model listens on. */
  readonly requests: string
}

/** Puts every tool, and the few commands that tell who a machine is, on a node's PATH. */
export function installShims(place: ShimPlace, { tools, stdin = [] }: Pick<StackModel, 'tools' | 'stdin'>): void {
  mkdirSync(place.bin, { recursive: true })
  writeExecutable(join(place.bin, '.tool'), toolScript(place, stdin))
  for (const tool of tools) {
    if (tool.startsWith('/')) place.files.write(tool, { text: toolAt(place, tool), mode: 0o755 })
    else symlinkSync('.tool', join(place.bin, tool))
  }
  writeExecutable(join(place.bin, 'hostname'), hostnameScript(place.node))
  writeExecutable(join(place.bin, 'uname'), unameScript(place.node))
  writeExecutable(join(place.bin, 'sudo'), SUDO)
}

function writeExecutable(file: string, text: string): void {
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}

/** A tool at a place of its own, such as `/etc/init.d/heartbeat`. */
function toolAt(place: ShimPlace, tool: string): string {
  return `#!/bin/sh\nLAB_TOOL=${quoted(tool)} exec ${quoted(join(place.bin, '.tool'))} "$@"\n`
}

const READ_STDIN = [
  `cibadmin*' -p '*`,
  `cibadmin*' --xml-pipe '*`,
  `crm_verify*' -p '*`,
  `crm_verify*' --xml-pipe '*`,
] as const

/**
 * One call costs one `mkfifo`: arguments go into a file, the name of the call through the shared pipe (short enough to be
 * written in one piece), and the reply is a script of printf and exit, which needs no further process.
 * `<>` opens a pipe without waiting for the other side.
 */
function toolScript(place: ShimPlace, stdin: readonly string[]): string {
  return `#!/bin/sh
name=${quoted(place.node)}.$$
call=${quoted(place.calls)}/$name
tool=\${LAB_TOOL:-\${0##*/}}
printf '%s\\0' "\${LAB_ORIGIN-}" "$PWD" "\${CIB_file-}" "$tool" "$@" >"$call.args" || exit 126
case "$tool $* " in
  ${[...READ_STDIN, ...stdin].join(' | ')}) cat >"$call.stdin" ;;
esac
rm_old() { rm -f "$call.wake" && mkfifo "$call.wake"; }
mkfifo "$call.wake" 2>/dev/null || rm_old || exit 126
exec 9<>"$call.wake"
printf '%s\\n' "$name" 1<>${quoted(place.requests)}
read -r answered <&9
exec 9<&-
. "$call.reply"
`
}

function hostnameScript(node: string): string {
  return `#!/bin/sh\nprintf '%s\\n' ${quoted(node)}\n`
}

function unameScript(node: string): string {
  return `#!/bin/sh\ncase "$*" in\n  -n | --nodename) printf '%s\\n' ${quoted(node)} ;;\n  *) exec /usr/bin/uname "$@" ;;\nesac\n`
}

/** Every account of the lab is already root in the model's eyes. */
const SUDO = `#!/bin/sh
while :; do
  case "\${1-}" in
    -u | -g) shift 2 ;;
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
exec "$@"
`
