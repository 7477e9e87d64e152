import { bad, good, type Problem, type Result } from '../../../problem.ts'
import type { Answer, Answers, ReadingContext } from '../stack.ts'
import { cutOff } from '../xml.ts'
import type { RgmanagerQuery } from './queries.ts'

const ASKED: Readonly<Record<RgmanagerQuery, string>> = {
  clustat: 'clustat -x',
  status: 'cman_tool status',
  nodes: 'cman_tool nodes',
  fence: 'fence_tool ls -n',
  conf: 'cluster.conf',
  digest: 'the digest of cluster.conf',
  stack: 'the look for its stack',
}

/** How a problem names an answer: `clustat -x from serv-0001`. */
export function whose(query: RgmanagerQuery, context: ReadingContext): string {
  return `${ASKED[query]} from ${context.node}`
}

/** The answer to one query, refused when it is missing, longer than allowed, or nothing at all. */
export function answerTo(query: RgmanagerQuery, answers: Answers, context: ReadingContext): Result<Answer> {
  const answer = answers[query]
  if (answer === undefined)
    return bad({ code: 'answer-missing', message: `${whose(query, context)} was not asked for.` })
  if (answer.truncated)
    return bad({ code: 'answer-too-long', message: `${whose(query, context)} is more than is kept.` })
  return answer.stdout.trim() === '' ? bad(silent(query, answer, context)) : good(answer)
}

/** The lines of a text that must close with `end`; `end` alone is a tool that said nothing. */
export function linesOf(query: RgmanagerQuery, answers: Answers, context: ReadingContext): Result<readonly string[]> {
  const answer = answerTo(query, answers, context)
  if (!answer.ok) return answer
  const lines = answer.value.stdout.trimEnd().split('\n')
  if (lines.at(-1) !== 'end') return bad(cutOff(whose(query, context), 'its last line'))
  return lines.length === 1 ? bad(silent(query, answer.value, context)) : good(lines.slice(0, -1))
}

function silent(query: RgmanagerQuery, answer: Answer, context: ReadingContext): Problem {
  const said = answer.stderr.trim().split('\n', 1)[0] ?? ''
  if (/not found/i.test(said)) return toolMissing(query, said, context)
  if (/permission denied/i.test(said)) return notAllowed(query, said, context)
  // The words behind "Could not connect to CMAN:" are the library's; cman_tool says it in its own way.
  if (/cman|connect|cluster/i.test(said)) return cmanDown(context, said)
  const complaint = said === '' ? '' : `; it complained: ${said}`
  return { code: 'answer-empty', message: `${whose(query, context)} is empty${complaint}.` }
}

function toolMissing(query: RgmanagerQuery, said: string, { node, cluster }: ReadingContext): Problem {
  return {
    code: 'tool-missing',
    message: `${ASKED[query]} cannot be asked on ${node}: ${said}`,
    next: `Is ${cluster} really an rgmanager cluster? Look at "stack:" and at the packages of ${node}.`,
  }
}

function notAllowed(query: RgmanagerQuery, said: string, { node, cluster }: ReadingContext): Problem {
  return {
    code: 'not-allowed',
    message: `The login may not read ${ASKED[query]} on ${node}: ${said}`,
    next: `Say "become: sudo" for ${cluster}, and let the login use sudo on ${node}.`,
  }
}

function cmanDown({ node }: ReadingContext, said: string): Problem {
  return {
    code: 'cluster-not-running',
    message: `cman does not answer on ${node}: ${said}.`,
    stillTrue: 'What the other nodes say is not affected.',
    next: `On ${node} see: service cman status`,
  }
}
