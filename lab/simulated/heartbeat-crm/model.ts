import type { NodeFile } from '../files.ts'
import type { Ground } from '../scene.ts'
import { refusal, reply, type StackModel } from '../stack-model.ts'
import { attribute, type Element } from '../xml/element.ts'
import { section, topsOf } from './cib.ts'
import { crmAttribute, crmFailcount, crmStandby } from './commands/attributes.ts'
import { cibadmin } from './commands/cibadmin.ts'
import { crmVerify, xmllint } from './commands/config.ts'
import { crmMon } from './commands/crm-mon.ts'
import { crmResource } from './commands/crm-resource.ts'
import { chown, stat } from './commands/files.ts'
import { ccmTool, clStatus, crmadmin, heartbeatInit, pidof } from './commands/membership.ts'
import { ipmitool, meatclient, stonith } from './commands/power.ts'
import { blkid, findfs, ip, pvfsCheckServer } from './commands/storage.ts'
import type { Tool } from './commands/tool.ts'
import { xm } from './commands/xen.ts'
import { fenceNode } from './fencing.ts'
import { MOUNTS, placeOnNode } from './footprint.ts'
import { targetOf } from './placement.ts'
import { servedBy } from './serving.ts'
import { type LabNode, type Live, placesOf } from './state.ts'

export interface HeartbeatCrmScene {
  /** The configuration, nodes included. */
  readonly cib: () => Element
  /** Address of each node's management board, "" where it has none. */
  readonly bmc: (node: string, index: number) => string
  readonly files: (node: string) => Readonly<Record<string, NodeFile | string>>
  /** Tools that the nodes of this world do not have. */
  readonly without?: readonly string[]
}

export interface HeartbeatCrmModel extends StackModel {
  readonly live: Live
}

const TOOLS: Readonly<Record<string, Tool>> = {
  crm_mon: crmMon,
  cibadmin,
  crm_resource: crmResource,
  crm_standby: crmStandby,
  crm_attribute: crmAttribute,
  crm_failcount: crmFailcount,
  crm_verify: crmVerify,
  crmadmin,
  ccm_tool: ccmTool,
  cl_status: clStatus,
  '/etc/init.d/heartbeat': heartbeatInit,
  // What it prints beside the number is [U].
  '/usr/lib/heartbeat/heartbeat': () => reply('2.1.3\n'),
  stonith,
  ipmitool,
  meatclient,
  xmllint,
  blkid,
  findfs,
  ip,
  'pvfs2-check-server': pvfsCheckServer,
  xm,
  stat,
  chown,
  pidof,
}

/** Heartbeat 2.1.3 with its CRM: all nodes are up and every group runs where it belongs. */
export function heartbeatCrmModel(scene: HeartbeatCrmScene, ground: Ground): HeartbeatCrmModel {
  const live: Live = {
    ...ground,
    ...beginning(scene),
    era: 0,
    closed: false,
    fence: name => fenceNode(live, name),
    restore: () => restore(live, scene),
    watchers: new Set(),
  }
  settleIn(live, scene)
  return {
    live,
    tools: Object.keys(TOOLS).filter(tool => !scene.without?.includes(tool)),
    serving: { watchers: live.watchers, servedBy: group => servedBy(live, group) },
    stdin: [`meatclient*' -c '*`],
    call: call => TOOLS[call.tool]?.(live, call) ?? refusal(127, `${call.tool}: not found`),
    close: () => {
      live.closed = true
    },
  }
}

type Beginning = Omit<Live, keyof Ground | 'era' | 'closed' | 'fence' | 'restore' | 'watchers'>

function beginning(scene: HeartbeatCrmScene): Beginning {
  const cib = scene.cib()
  const nodes = section(cib, 'nodes').children
  return {
    nodes: new Map(nodes.map((each, index) => [attribute(each, 'uname'), labNode(each, index, scene)])),
    cib,
    ownCopy: new Map(),
    running: new Map(),
    failed: new Set(),
    blocked: new Set(),
    failures: [],
    faults: {
      starts: new Set(),
      stops: new Map(),
      fencing: new Set(),
      rejoins: new Set(),
      mon: new Set(),
      query: new Set(),
      deafToMoves: false,
    },
    fencing: new Set(),
    meatware: new Set(),
    domains: new Map(),
    resets: new Map(),
    busy: new Set(),
    dc: attribute(nodes[0] ?? cib, 'uname'),
    controller: 'S_IDLE',
    electing: false,
    deciding: false,
    lastCall: 2,
    held: false,
    half: new Set(),
  }
}

function restore(live: Live, scene: HeartbeatCrmScene): void {
  const dark = [...live.nodes.values()].filter(node => !node.powered)
  Object.assign(live, beginning(scene), { era: live.era + 1 })
  for (const { name } of dark) live.machines.powerRestored(name)
  settleIn(live, scene)
}

/** Files at their places, and every group where it belongs. */
function settleIn(live: Live, scene: HeartbeatCrmScene): void {
  for (const node of live.nodes.keys()) {
    const files = live.files(node)
    for (const place of ['/var/lib/heartbeat', '/var/run', '/etc/ha.d', '/usr/lib/ocf']) files.remove(place)
    for (const path of agentsOf(live.cib)) files.write(path, { text: '#!/bin/sh\n', mode: 0o755 })
    files.write('/proc/mounts', MOUNTS)
    files.write('/var/run/heartbeat.pid', '2345\n')
    for (const [path, text] of Object.entries(scene.files(node))) files.write(path, text)
  }
  populate(live)
}

/** Where the agents of the configuration lie. */
function agentsOf(cib: Element): readonly string[] {
  const members = topsOf(cib).flatMap(top => top.members)
  return members
    .filter(member => attribute(member, 'class') === 'ocf')
    .map(member => `/usr/lib/ocf/resource.d/${attribute(member, 'provider')}/${attribute(member, 'type')}`)
}

function labNode(element: Element, index: number, scene: HeartbeatCrmScene): LabNode {
  const name = attribute(element, 'uname')
  return {
    name,
    uuid: attribute(element, 'id'),
    bmc: scene.bmc(name, index),
    powered: true,
    outlet: 'on',
    broken: false,
    heartbeat: 'running',
    seen: 'member',
    expected: 'member',
    mustBeFenced: false,
    leaving: undefined,
    failCounts: new Map(),
    owners: new Map(),
  }
}

function populate(live: Live): void {
  for (const top of topsOf(live.cib)) {
    const target = targetOf(live, top)
    for (const member of top.members) {
      placesOf(live, attribute(member, 'id')).add(target)
      placeOnNode(live, attribute(member, 'id'), target)
    }
  }
}
