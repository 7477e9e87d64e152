import { heartbeatCrmReader } from '../../../../src/clusters/stacks/heartbeat-crm/reader.ts'
import type { Answers } from '../../../../src/clusters/stacks/stack.ts'
import type { ClusterStatus } from '../../../../src/clusters/status.ts'
import { problemText, type Result } from '../../../../src/problem.ts'
import { said, testCluster } from '../../../lab/simulated/heartbeat-crm/cluster.ts'

export const CONTEXT = {
  cluster: 'pvfs',
  node: 'node1',
  nodes: ['node1', 'node2', 'node3', 'node4', 'node5'],
  readAt: '2008-06-24T15:01:08.000Z',
}

export function parse(answers: Answers, node = 'node1'): Result<ClusterStatus> {
  return heartbeatCrmReader.parse(answers, { ...CONTEXT, node })
}

export function statusOf(answers: Answers, node = 'node1'): ClusterStatus {
  const result = parse(answers, node)
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'))
  return result.value
}

/** What the nodes of a calm PVFS cluster answer. */
export const CALM = await testCluster().answers('node1')

/** The calm cluster with crm_mon's lines changed: `[is, becomes]`. */
export function monWith(...changes: readonly (readonly [string, string])[]): Answers {
  let text = CALM['status']?.stdout ?? ''
  for (const [is, becomes] of changes) {
    if (!text.includes(is)) throw new Error(`crm_mon does not say "${is}"`)
    text = text.replace(is, becomes)
  }
  return { ...CALM, status: said(text) }
}

/** The calm cluster with its CIB changed. */
export function cibWith(...changes: readonly (readonly [string, string])[]): Answers {
  let text = CALM['cib']?.stdout ?? ''
  for (const [is, becomes] of changes) {
    if (!text.includes(is)) throw new Error(`the CIB does not say "${is}"`)
    text = text.replace(is, becomes)
  }
  return { ...CALM, cib: said(text) }
}

export function codes(result: Result<unknown>): string[] {
  return result.ok ? [] : result.problems.map(problem => problem.code)
}

export function saying(result: Result<unknown>): string {
  return result.ok ? '' : result.problems.map(problemText).join('\n')
}
