import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { linesOf, notUnderstood } from './answers.ts'

/** What a node calls itself and says of its resources, of its peers and of the ways to them. */
export interface Said {
  /** `uname -n`. */
  readonly own: string
  readonly running: boolean
  /** rscstatus; "" when Heartbeat is stopped. */
  readonly holds: Holds | ''
  /** nodestatus by node, as the cluster spells them; empty when Heartbeat is stopped. */
  readonly nodes: ReadonlyMap<string, NodeWord>
  readonly links: readonly Link[]
}

export interface Link {
  readonly node: string
  readonly link: string
  readonly up: boolean
}

/** ha-stacks.md §5: relative to the node that is asked. */
const HOLDS = ['none', 'local', 'foreign', 'all', 'transition'] as const
export type Holds = (typeof HOLDS)[number]
const NODE_WORDS = ['active', 'up', 'init', 'dead', 'ping'] as const
export type NodeWord = (typeof NODE_WORDS)[number]

/** Reads the answers of cl_status. Exit codes say nothing: 1 stands for "dead" as well as for "Heartbeat does not answer". */
export function readSaid(answers: Answers, context: ReadingContext): Result<Said> {
  const lines = linesOf('said', answers, context)
  if (!lines.ok) return lines
  const said = byQuestion(lines.value)
  const own = (said.get('uname -n') ?? '').toLowerCase()
  if (own !== context.node.toLowerCase()) return bad(otherName(context, own))
  const hbstatus = said.get('hbstatus') ?? ''
  if (/is stopped on this machine/.test(hbstatus))
    return good({ own, running: false, holds: '', nodes: new Map(), links: [] })
  if (!/is running on this machine/.test(hbstatus)) return bad(notUnderstood(context, 'cl_status hbstatus', hbstatus))
  return whileRunning(said, own, complaint(answers), context)
}

function whileRunning(
  said: ReadonlyMap<string, string>,
  own: string,
  complained: string,
  context: ReadingContext,
): Result<Said> {
  const word = said.get('rscstatus') ?? ''
  const names = (said.get('listnodes -n') ?? '').split('\n').filter(name => name !== '')
  if (word === '' || names.length === 0) return bad(silent(context, complained))
  const holds = HOLDS.find(known => known === word)
  if (!holds) return bad(notUnderstood(context, 'cl_status rscstatus', word))
  const nodes = new Map<string, NodeWord>()
  for (const name of names) {
    const state = said.get(`nodestatus ${name}`) ?? ''
    const known = NODE_WORDS.find(one => one === state)
    if (!known) return bad(notUnderstood(context, `cl_status nodestatus ${name}`, state || complained))
    nodes.set(name, known)
  }
  const knowsItself = names.some(name => name.toLowerCase() === own)
  if (!knowsItself) return bad(otherName(context, own, names))
  return good({ own, running: true, holds, nodes, links: linksOf(said) })
}

function linksOf(said: ReadonlyMap<string, string>): Link[] {
  return [...said].flatMap(([question, answer]) => {
    const [, node, link] = /^hblinkstatus (\S+) (\S+)$/.exec(question) ?? []
    return node === undefined || link === undefined ? [] : [{ node, link, up: answer === 'up' }]
  })
}

/** `? question`, then the answer's lines with `|` before each. */
function byQuestion(lines: readonly string[]): Map<string, string> {
  const said = new Map<string, string>()
  let question = ''
  for (const line of lines) {
    if (line.startsWith('? ')) question = line.slice(2)
    else said.set(question, [said.get(question), line.slice(1).trim()].filter(text => text !== undefined).join('\n'))
  }
  return said
}

function complaint(answers: Answers): string {
  return answers['said']?.stderr.trim().split('\n').at(-1) ?? ''
}

function silent(context: ReadingContext, complained: string) {
  return {
    code: 'cluster-silent',
    message: `Heartbeat runs on ${context.node} but does not answer cl_status${complained === '' ? '' : `: ${complained}`}.`,
    stillTrue: 'What it holds is not known. What the other node says is not affected.',
    next: `On ${context.node}: may the login ask it (group haclient, or root), does it hang? See its log.`,
  }
}

function otherName(context: ReadingContext, own: string, names?: readonly string[]) {
  const list = names ? `; its cluster has ${names.join(', ')}` : ''
  return {
    code: 'other-node',
    message: `The node that answers as ${context.node} calls itself "${own}"${list}.`,
    stillTrue: 'Nothing was concluded from it.',
    next: `The names under nodes: of ${context.cluster} must be those of \`uname -n\` and of ha.cf. Is the address right?`,
  }
}
