import type { NodeFile, NodeFiles } from '../../../../lab/simulated/files.ts'
import { type HeartbeatCrmControl, heartbeatCrmControl } from '../../../../lab/simulated/heartbeat-crm/control.ts'
import type { HeartbeatCrmModel } from '../../../../lab/simulated/heartbeat-crm/model.ts'
import { PVFS } from '../../../../lab/simulated/heartbeat-crm/pvfs.ts'
import type { Scene } from '../../../../lab/simulated/scene.ts'
import type { ToolReply } from '../../../../lab/simulated/stack-model.ts'
import type { Answer, Answers } from '../../../../src/clusters/stacks/stack.ts'
import { type HandClock, handClock } from '../hand-clock.ts'

export interface TestCluster {
  readonly clock: HandClock
  readonly control: HeartbeatCrmControl
  readonly model: HeartbeatCrmModel
  readonly files: (node: string) => NodeFiles
  /** Runs a tool on a node. */
  on(node: string, ...argv: string[]): Promise<ToolReply>
  say(node: string, stdin: string, ...argv: string[]): Promise<ToolReply>
  /** Lets time pass until the cluster has settled. */
  settle(): void
  /** Where a group's members run: `node3`, or `node3,node5`; `""` for nowhere. */
  place(group: string): string
  /** What the reader's queries would bring back from a node. */
  answers(node: string): Promise<Answers>
}

/** A cluster under Heartbeat 2.1.3 without machines, and with a clock that is moved by hand. */
export function testCluster(scene: Scene<HeartbeatCrmModel> = PVFS): TestCluster {
  const clock = handClock()
  const machines = { powerLost: () => undefined, powerRestored: () => undefined }
  const disks = new Map(scene.nodes.map(node => [node, memoryFiles()]))
  const files = (node: string) => disks.get(node) ?? memoryFiles()
  const model = scene.model({ clock, machines, files })
  const control = heartbeatCrmControl(model.live)
  const call = async (node: string, stdin: string, [tool = '', ...args]: readonly string[]) =>
    await model.call({ node, tool, args, stdin, cibFile: '', cwd: '/' })
  const on = async (node: string, ...argv: string[]) => await call(node, '', argv)
  return {
    clock,
    control,
    model,
    files,
    on,
    say: async (node, stdin, ...argv) => await call(node, stdin, argv),
    settle() {
      for (let step = 0; step < 5_000; step += 1) {
        clock.advance(200)
        if (control.state().settled) return
      }
      throw new Error(`the cluster does not settle: ${JSON.stringify(control.state())}`)
    },
    place(group) {
      const { running } = control.state()
      const nodes = Object.keys(running).filter(name => name === group || name.startsWith(`${group}_`))
      return [...new Set(nodes.flatMap(name => running[name] ?? []))].sort().join(',')
    },
    answers: async node => await asked(on, node),
  }
}

export function said(stdout: string, more: Partial<Answer> = {}): Answer {
  return { stdout, stderr: '', exitCode: 0, truncated: false, ...more }
}

const DETECTED = `ha.cf=there
crm=yes
haresources=absent
cluster.conf=absent
rm=absent
clustat=absent
corosync.conf=absent
pacemakerd=absent
end
`

/** The scripts of the queries, played: what they print around the tools' own words is theirs. */
async function asked(on: TestCluster['on'], node: string): Promise<Answers> {
  const hb = await on(node, 'cl_status', 'hbstatus')
  if (hb.stdout.includes('stopped')) {
    const cib = await on(node, 'cibadmin', '-Q', '-l')
    return {
      stack: said(DETECTED),
      status: said(`${hb.stdout}\n-- heartbeat is stopped --\n`),
      cib: said(cib.stdout, { stderr: cib.stderr, exitCode: cib.exitCode }),
      controller: said('quorum \n-- quorum said --\n-- end --\n'),
    }
  }
  const mon = await on(node, 'crm_mon', '-1', '-r')
  const cib = await on(node, 'cibadmin', '-Q', '-l')
  const dc = await on(node, 'crmadmin', '-D')
  const name = /: (\S+)/.exec(dc.stdout)?.[1] ?? ''
  const state = await on(node, 'crmadmin', '-S', name)
  const quorum = await on(node, 'ccm_tool', '-q')
  return {
    stack: said(DETECTED),
    status: said(`${mon.stdout}\n-- end of crm_mon, exit ${mon.exitCode} --\n`),
    cib: said(cib.stdout),
    controller: said(`quorum ${quorum.stdout}-- quorum said --\n${dc.stdout}${state.stdout}-- end --\n`),
  }
}

function memoryFiles(): NodeFiles {
  const texts = new Map<string, string>()
  return {
    at: path => path,
    write: (path: string, file: NodeFile | string) => void texts.set(path, typeof file === 'string' ? file : file.text),
    read: path => texts.get(path) ?? '',
    has: path => texts.has(path),
    remove: path => void texts.delete(path),
  }
}
