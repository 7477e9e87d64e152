import { type ClusterControl, clusterControl } from '../../../../lab/simulated/pacemaker/control.ts'
import { pacemakerModel } from '../../../../lab/simulated/pacemaker/model.ts'
import { pvfsCib } from '../../../../lab/simulated/pacemaker/pvfs.ts'
import type { StackModel, ToolReply } from '../../../../lab/simulated/stack-model.ts'
import { type HandClock, handClock } from '../hand-clock.ts'

export interface TestCluster {
  readonly clock: HandClock
  readonly control: ClusterControl
  readonly model: StackModel
  /** Called after every change. */
  readonly watchers: Set<() => void>
  /** Runs a tool on a node of the live cluster. */
  on(node: string, ...argv: string[]): Promise<ToolReply>
  /** Lets time pass until the cluster has settled. */
  settle(): void
  /** Where a group's address, filesystem and daemon run: `node3` or `node3,node5`; `""` for nowhere. */
  place(group: string): string
}

/** The PVFS cluster without machines and with a clock that is moved by hand. */
export function testCluster(): TestCluster {
  const clock = handClock()
  const nothing = { powerLost: () => undefined, powerRestored: () => undefined }
  const model = pacemakerModel(pvfsCib(clock.now()), clock, nothing)
  const control = clusterControl(model.live)
  const cluster: TestCluster = {
    clock,
    control,
    model,
    watchers: model.live.watchers,
    on: async (node, tool = '', ...args) => await model.call({ node, tool, args, stdin: '', cibFile: '', cwd: '/' }),
    settle() {
      for (let step = 0; step < 2_000; step += 1) {
        if (control.state().settled) return
        clock.advance(100)
      }
      throw new Error('the cluster does not settle')
    },
    place(group) {
      const members = control.state().picture.resources.find(top => top.id === group)?.members ?? []
      return [...new Set(members.flatMap(member => member.active.map(where => where.node)))].sort().join(',')
    },
  }
  cluster.settle()
  return cluster
}
