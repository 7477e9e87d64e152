import type { LabClock } from '../clock.ts'
import type { Machines, StackModel, ToolCall } from '../stack-model.ts'
import { copyOf, type Element } from '../xml/element.ts'
import { cibadmin } from './commands/cibadmin.ts'
import { crmAttribute, crmStandby } from './commands/crm-attribute.ts'
import { crmFailcount } from './commands/crm-failcount.ts'
import { crmMon } from './commands/crm-mon.ts'
import { crmResource } from './commands/crm-resource.ts'
import { crmSimulate } from './commands/crm-simulate.ts'
import { crmVerify } from './commands/crm-verify.ts'
import { fenceIpmilan } from './commands/fence-ipmilan.ts'
import { findmnt, ip } from './commands/host.ts'
import { crmadmin, crmNode, quorumtool } from './commands/membership.ts'
import { service } from './commands/service.ts'
import { stonithAdmin } from './commands/stonith-admin.ts'
import type { Tool } from './commands/tool.ts'
import { startController } from './engine/controller.ts'
import { type Live, newLive } from './engine/live.ts'
import { seenFrom } from './engine/own-view.ts'
import { populate } from './engine/populate.ts'
import { restore } from './engine/restore.ts'
import { servedBy } from './serving.ts'

const TOOLS: Readonly<Record<string, Tool>> = {
  crm_mon: crmMon,
  crm_resource: crmResource,
  crm_standby: crmStandby,
  crm_attribute: crmAttribute,
  crm_failcount: crmFailcount,
  crm_simulate: crmSimulate,
  crm_verify: crmVerify,
  crm_node: crmNode,
  crmadmin,
  cibadmin,
  'corosync-quorumtool': quorumtool,
  stonith_admin: stonithAdmin,
  fence_ipmilan: fenceIpmilan,
  ip,
  findmnt,
  service,
}

/** Pacemaker 2.1.5 with Corosync 3: the cluster that `cib` describes, every resource already where it belongs. */
export function pacemakerModel(
  cib: Element,
  clock: LabClock,
  machines: Machines,
): StackModel & { readonly live: Live } {
  const beginning = copyOf(cib)
  const live = newLive(cib, clock, machines)
  live.restore = () => restore(live, beginning)
  populate(live)
  startController(live)
  return {
    live,
    tools: Object.keys(TOOLS),
    stdin: [`fence_ipmilan' '*`],
    serving: { watchers: live.watchers, servedBy: group => servedBy(live, group) },
    call(call: ToolCall) {
      const tool = TOOLS[call.tool]
      return tool
        ? tool(call, seenFrom(live, call.node))
        : { exitCode: 127, stdout: '', stderr: `sh: ${call.tool}: not found\n` }
    },
    close() {
      for (const cancel of [...live.timers]) cancel()
      live.timers.clear()
    },
  }
}
