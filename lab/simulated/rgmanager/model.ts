import type { Ground } from '../scene.ts'
import type { StackModel, ToolCall, ToolReply } from '../stack-model.ts'
import { ccsConfigValidate } from './commands/ccs.ts'
import { clustat } from './commands/clustat.ts'
import { clusvcadm } from './commands/clusvcadm.ts'
import { cmanTool } from './commands/cman-tool.ts'
import { fenceAckManual, fenceIpmilan, fenceNode, fenceTool } from './commands/fence-tools.ts'
import { lvm, lvs, type Volumes, vgs } from './commands/lvm.ts'
import { rpm } from './commands/rpm.ts'
import { service } from './commands/service.ts'
import type { Tool } from './commands/tool.ts'
import { addVictim } from './engine/fenced.ts'
import { populate } from './engine/populate.ts'
import { type Live, newLive } from './live.ts'
import { servedBy } from './serving.ts'

export interface RgmanagerScene {
  readonly clusterConf: string
  readonly lvmConf: string
  readonly volumes: Volumes
}

const TOOLS: Readonly<Record<string, Tool>> = {
  clustat,
  clusvcadm,
  cman_tool: cmanTool,
  fence_tool: fenceTool,
  fence_node: fenceNode,
  fence_ack_manual: fenceAckManual,
  fence_ipmilan: fenceIpmilan,
  service,
  ccs_config_validate: ccsConfigValidate,
  lvm,
  rpm,
}

export interface RgmanagerModel extends StackModel {
  readonly live: Live
  readonly volumes: Volumes
  /** Everything as it was in the beginning; what was under way is forgotten. */
  restore(): void
}

/** cman, rgmanager 3.1.8 and clvmd: the cluster that cluster.conf describes, every service where its domain wants it. */
export function rgmanagerModel(scene: RgmanagerScene, ground: Ground): RgmanagerModel {
  const live = newLive(scene.clusterConf, ground)
  live.lost = name => addVictim(live, name)
  const volumes = { ...scene.volumes }
  const storage: Readonly<Record<string, Tool>> = {
    vgs: async call => await vgs(call, live, volumes),
    lvs: async call => await lvs(call, live, volumes),
  }
  const tools: Readonly<Record<string, Tool>> = { ...TOOLS, ...storage }
  const restore = () => {
    Object.assign(volumes, scene.volumes)
    populate(live, scene)
  }
  restore()
  return {
    live,
    volumes,
    restore,
    tools: Object.keys(tools),
    serving: { watchers: live.watchers, servedBy: group => servedBy(live, group) },
    stdin: [`fence_ack_manual' '*`, `fence_ipmilan' '*`],
    call(call: ToolCall): ToolReply | Promise<ToolReply> {
      const tool = tools[call.tool]
      return tool ? tool(call, live) : { exitCode: 127, stdout: '', stderr: `sh: ${call.tool}: not found\n` }
    },
    close() {
      for (const cancel of [...live.timers]) cancel()
      live.timers.clear()
    },
  }
}
