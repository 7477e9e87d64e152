import { statSync } from 'node:fs'
import { reply, type ToolCall, type ToolReply } from '../../stack-model.ts'
import { daemonOf, type Live } from '../live.ts'

/** What stands for a file that a test computer cannot make: fifos, and owners that it does not have. */
export interface SpecialFile {
  readonly kind: string
  readonly mode: string
  readonly owner: string
}

/** `stat -c FORMAT FILE` with %F, %a and %U:%G. */
export function statTool(special: ReadonlyMap<string, SpecialFile>): (call: ToolCall, live: Live) => ToolReply {
  return (call, live) => {
    const format = call.args[call.args.indexOf('-c') + 1] ?? '%a'
    const file = call.args.at(-1) ?? ''
    const known = [...special].find(([path]) => file.endsWith(path))?.[1] ?? plain(live, call.node, file)
    if (!known) return reply('', 1, `stat: cannot stat '${file}': No such file or directory\n`)
    const { kind, mode, owner } = known
    return reply(`${format.replace('%F', kind).replace('%a', mode).replace('%U:%G', owner)}\n`)
  }
}

function plain(live: Live, node: string, file: string): SpecialFile | undefined {
  const root = live.files(node).at('')
  const stat = statSync(file.startsWith(root) ? file : live.files(node).at(file), { throwIfNoEntry: false })
  return stat && { kind: 'regular file', mode: (stat.mode & 0o777).toString(8), owner: 'root:root' }
}

/** `ps -e -o pid= -o ppid= -o comm=`: Heartbeat and its children. */
export function ps(children: readonly string[]): (call: ToolCall, live: Live) => ToolReply {
  return (call, live) => {
    if (!daemonOf(live, call.node).running) return reply('    1     0 init\n')
    const line = (pid: number, ppid: number, name: string) =>
      `${String(pid).padStart(5)} ${String(ppid).padStart(5)} ${name}\n`
    return reply(
      [
        line(1, 0, 'init'),
        line(2345, 1, 'heartbeat'),
        ...children.map((name, index) => line(2350 + index, 2345, name)),
      ].join(''),
    )
  }
}

/** `ip -4 -o addr show`: the node's own address, and those that the cluster has put there. */
export function ip(addresses: Readonly<Record<string, string>>): (call: ToolCall, live: Live) => ToolReply {
  return (call, live) => {
    const held = [...daemonOf(live, call.node).resources].filter(resource => /^\d+\.\d+\.\d+\.\d+$/.test(resource))
    const all = ['127.0.0.1/8', ...[addresses[call.node], ...held].map(address => `${address}/24`)]
    return reply(all.map(address => `2: eth0    inet ${address} scope global eth0\n`).join(''))
  }
}
