import { heartbeatReader } from '../../../../src/clusters/stacks/heartbeat/reader.ts'
import type { Answer, Answers, ReadingContext } from '../../../../src/clusters/stacks/stack.ts'
import type { ClusterStatus } from '../../../../src/clusters/status.ts'
import { problemText, type Result } from '../../../../src/problem.ts'
import { answer } from '../../reading.ts'

export const DETECTED = `ha.cf=there
crm=
haresources=there
cluster.conf=absent
rm=absent
clustat=absent
corosync.conf=absent
pacemakerd=absent
end
`

/** The words of ha-stacks.md §5, put together as one node's answer: [S,R]. */
export interface Says {
  readonly node: string
  readonly peer: string
  /** rscstatus; "stopped" when Heartbeat is. */
  readonly holds: string
  readonly sees?: string
  /** hblinkstatus of eth0 and eth1 to the peer. */
  readonly links?: readonly [string, string]
  readonly haresources?: string
  readonly cf?: string
}

export const TWO_GROUPS = 'fred 192.168.1.100 smb\nbarney evms_failover::dg1 evms_failover::dg2\n'
export const CF = 'keepalive 1\ndeadtime 30\nbcast eth0 eth1\nauto_failback off\nnode fred barney\n'

export function answersOf(says: Says): Record<'stack' | 'ha.cf' | 'haresources' | 'said', Answer> {
  return {
    stack: answer(DETECTED),
    'ha.cf': answer(`${marked(says.cf ?? CF)}end\n`),
    haresources: answer(`${marked(says.haresources ?? TWO_GROUPS)}end\n`),
    said: answer(saidBy(says)),
  }
}

function marked(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '|')
}

function saidBy({ node, peer, holds, sees = 'active', links = ['up', 'up'] }: Says): string {
  const running = holds !== 'stopped'
  const both = [
    [node, 'active', 'dead', 'dead'],
    [peer, sees, ...links],
  ] as const
  return [
    `? uname -n\n|${node}`,
    `? hbstatus\n|Heartbeat is ${running ? 'running' : 'stopped'} on this machine.`,
    ...(running ? [`? rscstatus\n|${holds}`, `? listnodes -n\n|fred\n|barney`] : []),
    ...(running ? both : []).flatMap(([name, state, eth0, eth1]) => [
      `? nodestatus ${name}\n|${state}`,
      `? listhblinks ${name}\n|\teth0\n|\teth1`,
      `? hblinkstatus ${name} eth0\n|${eth0}`,
      `? hblinkstatus ${name} eth1\n|${eth1}`,
    ]),
    'end\n',
  ].join('\n')
}

export function contextOf(node: string): ReadingContext {
  return { cluster: 'files', node, nodes: ['fred', 'barney'], readAt: '2026-11-21T14:02:11.000Z' }
}

export function parse(answers: Answers, node = 'fred'): Result<ClusterStatus> {
  return heartbeatReader.parse(answers, contextOf(node))
}

/** What fred and barney say together; a node that is left out was asked and gave no reading. */
export function together(says: {
  readonly fred?: Partial<Says>
  readonly barney?: Partial<Says>
}): Result<ClusterStatus> {
  const views = (['fred', 'barney'] as const).flatMap(node => {
    const own = says[node]
    return own ? [view({ node, peer: node === 'fred' ? 'barney' : 'fred', holds: 'local', ...own })] : []
  })
  return heartbeatReader.combine(
    views,
    ['fred', 'barney'].filter(node => !views.some(({ readFrom }) => readFrom.includes(node))),
  )
}

export function view(says: Says): ClusterStatus {
  return mustRead(parse(answersOf(says), says.node))
}

export function mustRead<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(problemText).join('\n'))
}
