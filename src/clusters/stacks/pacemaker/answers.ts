import { bad, good, type Result } from '../../../problem.ts'
import type { Answer, Answers, ReadingContext } from '../stack.ts'
import type { PacemakerQuery } from './queries.ts'

const TOOL: Readonly<Record<PacemakerQuery, string>> = {
  status: 'crm_mon',
  cib: 'cibadmin',
  controller: 'crmadmin',
  digest: 'cibadmin --md5-sum',
}

/** The answer to one query, refused when it is missing, longer than allowed, or nothing at all. */
export function answerTo(query: PacemakerQuery, answers: Answers, context: ReadingContext): Result<Answer> {
  const answer = answers[query]
  const who = `${TOOL[query]} on ${context.node}`
  if (answer === undefined) return bad({ code: 'answer-missing', message: `${who} was not asked.` })
  if (answer.truncated)
    return bad({ code: 'answer-too-long', message: `${who} answered more than is kept of an answer.` })
  if (answer.stdout.trim() === '') return bad(silent(query, who, answer, context))
  return good(answer)
}

function silent(query: PacemakerQuery, who: string, answer: Answer, context: ReadingContext) {
  const said = answer.stderr.trim().split('\n', 1)[0] ?? ''
  if (/not found/i.test(said)) {
    return {
      code: 'tool-missing',
      message: `${TOOL[query]} is not installed on ${context.node}, or not in the PATH of that login: ${said}`,
      next: `Is ${context.cluster} really a pacemaker cluster? Look at "stack:" and at the packages of ${context.node}.`,
    }
  }
  if (/connect/i.test(said)) return notRunning(context, said)
  return { code: 'answer-empty', message: `${who} printed nothing${said === '' ? '' : `; it complained: ${said}`}.` }
}

export function notRunning(context: ReadingContext, said: string) {
  return {
    code: 'cluster-not-running',
    message: `Pacemaker does not answer on ${context.node}: ${said}.`,
    stillTrue: 'What the other nodes say is not affected.',
    next: `Another node is asked; on ${context.node} see: systemctl status pacemaker corosync`,
  }
}
