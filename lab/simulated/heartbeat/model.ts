import type { Ground } from '../scene.ts'
import type { StackModel, ToolCall, ToolReply } from '../stack-model.ts'
import { type HeartbeatControl, heartbeatControl } from './control.ts'
import { type Live, type Making, newLive } from './live.ts'
import { rebootItself } from './membership.ts'
import { mounted } from './resources.ts'
import { servedBy } from './serving.ts'
import { clStatus } from './tools/cl-status.ts'
import { handOver } from './tools/hb-standby.ts'
import { initScript } from './tools/init-script.ts'
import { meatclient } from './tools/meatclient.ts'
import { resourceScript } from './tools/resource-script.ts'
import { ipmitool, stonith } from './tools/stonith.ts'
import { version } from './tools/version.ts'

export type Tool = (call: ToolCall, live: Live) => ToolReply | Promise<ToolReply>

/** A cluster as its document describes it. */
export interface Made extends Making {
  /** Files of a node besides /proc/mounts. */
  readonly files: (node: string) => Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>
  /** Scripts of the resources, by their path. */
  readonly scripts: readonly string[]
  /** What else answers on the nodes. */
  readonly tools?: Readonly<Record<string, Tool>>
}

const TOOLS: Readonly<Record<string, Tool>> = {
  cl_status: clStatus,
  '/usr/share/heartbeat/hb_standby': handOver,
  '/usr/share/heartbeat/hb_takeover': handOver,
  '/etc/init.d/heartbeat': initScript,
  '/usr/lib/heartbeat/heartbeat': version,
  stonith,
  ipmitool,
  meatclient,
}

export interface HeartbeatModel extends StackModel {
  readonly live: Live
  readonly control: HeartbeatControl
}

/** Heartbeat 2.1.3 with haresources on two nodes, everything where it belongs. */
export function heartbeatModel(made: Made, ground: Ground): HeartbeatModel {
  const live = newLive(made, ground)
  live.stopFailed = daemon => rebootItself(live, daemon)
  const scripts = Object.fromEntries(made.scripts.map(path => [path, resourceScript]))
  const tools: Readonly<Record<string, Tool>> = { ...TOOLS, ...scripts, ...made.tools }
  for (const [name, daemon] of live.nodes) {
    for (const [path, file] of Object.entries(made.files(name))) ground.files(name).write(path, file)
    daemon.haCf = ground.files(name).read('/etc/ha.d/ha.cf')
    mounted(live, daemon)
  }
  return {
    live,
    control: heartbeatControl(live),
    tools: Object.keys(tools),
    stdin: [`meatclient*' -c '*`],
    serving: { watchers: live.watchers, servedBy: group => servedBy(live, group) },
    call: call =>
      tools[call.tool]?.(call, live) ?? { exitCode: 127, stdout: '', stderr: `sh: ${call.tool}: not found\n` },
    close() {
      for (const cancel of [...live.timers]) cancel()
      live.timers.clear()
    },
  }
}
