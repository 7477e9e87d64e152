import { bad, good, type Problem, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { cutOff, notUnderstood } from '../xml.ts'
import { missing, notRunning, saidTo } from './answers.ts'
import { type MonFailure, type MonLine, type MonResource, monLine, type NodeWord } from './crm-mon-lines.ts'

/** A top-level resource as crm_mon lists it: alone, or what holds others. */
export interface MonTop {
  readonly name: string
  readonly of: 'group' | 'clone' | 'resource'
  readonly members: readonly MonResource[]
}

/** What `crm_mon -1 -r` said on one node. */
export interface CrmMon {
  /** "" when there is none. */
  readonly dc: string
  readonly nodes: readonly { readonly name: string; readonly word: NodeWord }[]
  readonly resources: readonly MonTop[]
  readonly failures: readonly MonFailure[]
}

const END = /\n-- end of crm_mon, exit (\d+) --\s*$/
const HEADER =
  /^\s*={12}\nLast updated: [^\n]+\nCurrent DC: (?:(NONE)|(\S+) \([^()\n]*\))\n(\d+) Nodes configured\.\n(\d+) Resources configured\.\n={12}\n/
const STOPPED = /\n-- heartbeat is stopped --\s*$/
const TITLES = new Set(['', 'Full list of resources:', 'Failed actions:'])
/** Of timeout(1), and of a shell whose command was killed. */
const TOOK_TOO_LONG = new Set(['124', '137'])

/**
 * Reads the text strictly: every line must be understood, and there must be as many nodes and resources as its head says. The exit code is 0 after
 * a failed query as well (ha-stacks.md §2), so only the text counts.
 */
export function readCrmMon(answers: Answers, context: ReadingContext): Result<CrmMon> {
  const said = saidTo('status', answers, context)
  if (!said.ok) return said
  const what = `crm_mon's answer from ${context.node}`
  const end = END.exec(said.value)
  if (!end) return bad(cutOff(what, 'its last line'))
  const text = said.value.slice(0, end.index)
  if (TOOK_TOO_LONG.has(end[1] ?? '')) return bad(neverReturned(context))
  const header = HEADER.exec(text)
  if (!header) return bad(noReading(text, what, context))
  return body(text.slice(header[0].length), header, what)
}

/** Heartbeat itself says that it is stopped there, so crm_mon was not asked. */
export function saysStopped(answers: Answers): boolean {
  const answer = answers['status']
  return answer !== undefined && !answer.truncated && STOPPED.test(answer.stdout)
}

function neverReturned(context: ReadingContext): Problem {
  return {
    code: 'crm-mon-hangs',
    message: `crm_mon does not return on ${context.node}: it cannot reach the CIB there and would try again for ever.`,
    stillTrue: 'It was ended after 10 s. What the other nodes say is not affected.',
    next: `On ${context.node} see: crmadmin -S ${context.node}, and /var/log/messages`,
  }
}

/** "Query failed" and the like, with exit code 0. */
function noReading(text: string, what: string, context: ReadingContext): Problem {
  const [said = ''] = text.trim().split('\n', 1)
  if (/not found/i.test(said)) return missing('status', said, context)
  if (/failed|connect/i.test(said)) return notRunning(context, said)
  return notUnderstood(what, `it begins with "${said.slice(0, 60)}"`)
}

function body(text: string, header: RegExpExecArray, what: string): Result<CrmMon> {
  const lines: MonLine[] = []
  for (const line of text.split('\n')) {
    if (TITLES.has(line.trimEnd())) continue
    const read = monLine(line)
    if (!read) return bad(notUnderstood(what, `it has the line "${line.trim().slice(0, 80)}"`))
    lines.push(read)
  }
  const resources = nested(lines)
  if (!resources) return bad(notUnderstood(what, 'a resource is indented below nothing'))
  const nodes = lines.flatMap(line => (line.kind === 'node' ? [line] : []))
  const [, none, dc = '', nodeCount, resourceCount] = header
  const missed =
    miscounted('nodes', nodes.length, nodeCount) ?? miscounted('resources', resources.length, resourceCount)
  if (missed !== undefined) return bad(notUnderstood(what, missed))
  const failures = lines.flatMap(line => (line.kind === 'failed' ? [line] : []))
  return good({ dc: none === undefined ? dc : '', nodes, resources, failures })
}

/** An orphan is listed and not counted: there may be more than the head says, never fewer. */
function miscounted(what: string, listed: number, said: string | undefined): string | undefined {
  const isRight = what === 'nodes' ? listed === Number(said) : listed >= Number(said)
  return isRight ? undefined : `it speaks of ${said} ${what} and lists ${listed}`
}

/** Members under what holds them; undefined when one is held by nothing. A clone of a group holds the members of the group. */
function nested(lines: readonly MonLine[]): readonly MonTop[] | undefined {
  const tops: { name: string; of: MonTop['of']; members: MonResource[] }[] = []
  for (const line of lines) {
    if (line.kind === 'container' && line.depth === 0) tops.push({ name: line.name, of: line.of, members: [] })
    if (line.kind !== 'resource') continue
    const holder = tops.at(-1)
    if (line.depth === 0) tops.push({ name: line.name, of: 'resource', members: [line] })
    else if (holder && holder.of !== 'resource') holder.members.push(line)
    else return undefined
  }
  return tops
}
