import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pacemakerReader } from '../../src/clusters/stacks/pacemaker/reader.ts'
import type { Answer, Answers } from '../../src/clusters/stacks/stack.ts'
import type { ClusterStatus } from '../../src/clusters/status.ts'
import { problemText, type Result } from '../../src/problem.ts'
import { FIXTURES } from './fixtures/make-fixtures.ts'

export const FIXTURE_NAMES: readonly string[] = readdirSync(FIXTURES).sort()

export function committed(name: string, file: string): string {
  return readFileSync(join(FIXTURES, name, file), 'utf8')
}

export function answer(stdout: string, more: Partial<Answer> = {}): Answer {
  return { stdout, stderr: '', exitCode: 0, truncated: false, ...more }
}

/** What crmadmin says on a cluster at rest: files cannot answer for a controller. */
export function idle(dc: string): Answer {
  return answer(`Designated Controller is: ${dc}\nController on ${dc} in state S_IDLE: ok\n`)
}

/** The answers of a node for a committed fixture, all from the real tools but the controller's. */
export function answersOf(name: string): Record<'status' | 'cib' | 'digest' | 'controller', Answer> {
  const status = committed(name, 'crm_mon.xml')
  const dc = /<current_dc present="true".*? name="([^"]*)"/.exec(status)?.[1] ?? ''
  return {
    status: answer(status),
    cib: answer(committed(name, 'cib.xml')),
    digest: answer(committed(name, 'digest.txt')),
    controller: dc === '' ? answer('Designated Controller is: not yet elected\n') : idle(dc),
  }
}

export const CONTEXT = {
  cluster: 'pvfs',
  node: 'node1',
  nodes: ['node1', 'node2', 'node3', 'node4', 'node5'],
  readAt: '2026-11-21T14:02:11.000Z',
}

export function parse(answers: Answers): Result<ClusterStatus> {
  return pacemakerReader.parse(answers, CONTEXT)
}

/** The status of a committed fixture. */
export function statusOf(name: string, changes: Answers = {}): ClusterStatus {
  const result = parse({ ...answersOf(name), ...changes })
  if (!result.ok) throw new Error(result.problems.map(problemText).join('\n'))
  return result.value
}

/** The fixture's crm_mon answer with a section put in that no file can produce, such as the fencer's history. */
export function withSection(name: string, xml: string): { readonly status: Answer } {
  return { status: answer(committed(name, 'crm_mon.xml').replace('  <status code=', `${xml}\n  <status code=`)) }
}
