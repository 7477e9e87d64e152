import { HA_LVM_CONF } from '../../../../lab/simulated/rgmanager/ha-lvm-conf.ts'
import { combine } from '../../../../src/clusters/stacks/rgmanager/combine.ts'
import { rgmanagerReader } from '../../../../src/clusters/stacks/rgmanager/reader.ts'
import type { Answer, Answers } from '../../../../src/clusters/stacks/stack.ts'
import type { ClusterStatus } from '../../../../src/clusters/status.ts'
import { problemText, type Result } from '../../../../src/problem.ts'

/** Verbatim from ha-stacks.md §7 [S]; only the version of the configuration is that of the configuration below. */
export const CLUSTAT = `<?xml version="1.0"?>
<clustat version="4.1.1">
  <cluster name="lvm-cluster" id="57396" generation="128"/>
  <quorum quorate="1" groupmember="1"/>
  <nodes>
    <node name="serv-0001" state="1" local="0" estranged="0" rgmanager="1" rgmanager_master="0" qdisk="0" nodeid="0x00000001"/>
    <node name="serv-0002" state="1" local="1" estranged="0" rgmanager="1" rgmanager_master="0" qdisk="0" nodeid="0x00000002"/>
  </nodes>
  <groups>
    <group name="service:serv" state="112" state_str="started" flags="0" flags_str="" owner="serv-0001" last_owner="serv-0002" restarts="0" last_transition="1407080203" last_transition_str="Sun Aug  3 11:36:43 2014"/>
  </groups>
</clustat>
`
export const STATUS = `Version: 6.2.0
Config Version: 2
Cluster Name: lvm-cluster
Membership state: Cluster-Member
Nodes: 2
Expected votes: 1
Total votes: 2
Quorum: 1
Active subsystems: 9
Flags: 2node
end
`
export const NODES = `Node  Sts   Inc   Joined               Name
   1   M    124   2014-08-03 11:30:02  serv-0001
   2   M    128   2014-08-03 11:30:02  serv-0002
end
`
export const FENCE = `fence domain
member count  2
victim count  0
victim now    0
master nodeid 1
wait state    none
members       1 2
nodeid 1 member 1 victim 0 last fence master 0 how none
nodeid 2 member 1 victim 0 last fence master 0 how none
end
`

/** serv-0001 was lost and has not been fenced: the state before anything is recovered (ha-stacks.md §9.17). */
export const LOST = {
  clustat: CLUSTAT.replace(
    'state="1" local="0" estranged="0" rgmanager="1"',
    'state="0" local="0" estranged="0" rgmanager="0"',
  ),
  nodes: NODES.replace(
    '   1   M    124   2014-08-03 11:30:02  serv-0001',
    '   1   X      0                        serv-0001',
  ),
  fence: FENCE.replace('victim count  0', 'victim count  1')
    .replace('victim now    0', 'victim now    1')
    .replace('master nodeid 1', 'master nodeid 2')
    .replace('wait state    none', 'wait state    fencing')
    .replace('nodeid 1 member 1 victim 0 last', 'nodeid 1 member 0 victim 1 last'),
}

/** The form without quorum breaks off inside a tag and names no services [S]. */
export const INQUORATE = CLUSTAT.replace(
  '<quorum quorate="1" groupmember="1"/>',
  '<quorum quorate="0"\n groupmember="0"/>',
).replace(/ {2}<groups>[\s\S]*<\/groups>\n/, '')

export type Said = Partial<Record<'clustat' | 'status' | 'nodes' | 'fence' | 'conf' | 'digest', string>>

export function answersOf(said: Said = {}): Answers {
  const answer = (stdout: string): Answer => ({ stdout, stderr: '', exitCode: 0, truncated: false })
  return {
    clustat: answer(said.clustat ?? CLUSTAT),
    status: answer(said.status ?? STATUS),
    nodes: answer(said.nodes ?? NODES),
    fence: answer(said.fence ?? FENCE),
    conf: answer(said.conf ?? HA_LVM_CONF),
    digest: answer(said.digest ?? `${'a1'.repeat(32)}  -\n`),
  }
}

export function parseAs(node: string, said: Said = {}, changes: Answers = {}): Result<ClusterStatus> {
  const context = {
    cluster: 'lvm-cluster',
    node,
    nodes: ['serv-0001', 'serv-0002'],
    readAt: '2026-11-21T14:02:11.000Z',
  }
  return rgmanagerReader.parse({ ...answersOf(said), ...changes }, context)
}

export function statusOf(said: Said = {}, node = 'serv-0002'): ClusterStatus {
  return mustBe(parseAs(node, said))
}

/** What both say together. */
export function together(...readings: readonly ClusterStatus[]): Result<ClusterStatus> {
  return combine(readings)
}

export function mustBe<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
