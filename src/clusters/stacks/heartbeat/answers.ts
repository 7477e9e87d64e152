import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import type { HeartbeatQuery } from './queries.ts'

const WHAT: Readonly<Record<HeartbeatQuery, string>> = {
  stack: 'the look at which stack this is',
  'ha.cf': '/etc/ha.d/ha.cf',
  haresources: '/etc/ha.d/haresources',
  said: 'what cl_status says',
}

/** The lines of one answer, without the `end` that shows it to be whole. */
export function linesOf(query: HeartbeatQuery, answers: Answers, context: ReadingContext): Result<readonly string[]> {
  const answer = answers[query]
  const who = `${WHAT[query]} on ${context.node}`
  if (answer === undefined) return bad({ code: 'answer-missing', message: `${upperFirst(who)}: it was not asked.` })
  const said = answer.stderr.trim().split('\n', 1)[0] ?? ''
  if (/cl_status.*not found/i.test(said)) return bad(toolMissing(context, said))
  const lines = answer.stdout.trimEnd().split('\n')
  if (!answer.truncated && lines.at(-1) === 'end') return good(lines.slice(0, -1))
  return bad({
    code: 'answer-cut-off',
    message: `${upperFirst(who)} could not be read to its end${said === '' ? '' : `: ${said}`}.`,
    stillTrue: 'Nothing was concluded from it.',
    next: `Look at it on ${context.node}: is it there, may the login read it, is the disk full?`,
  })
}

/** Something that no version of Heartbeat is known to say. */
export function notUnderstood(context: ReadingContext, what: string, said: string) {
  return {
    code: 'answer-not-understood',
    message: `${upperFirst(what)} on ${context.node} is not understood: "${said.slice(0, 80)}".`,
    stillTrue: 'Nothing was concluded from it.',
  }
}

function toolMissing(context: ReadingContext, said: string) {
  return {
    code: 'tool-missing',
    message: `cl_status is not installed on ${context.node}, or not in the PATH of that login: ${said}`,
    next: `Look at the packages of ${context.node}: cl_status comes with Heartbeat.`,
  }
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
