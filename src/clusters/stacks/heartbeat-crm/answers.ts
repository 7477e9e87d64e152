import { bad, good, type Problem, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import type { HeartbeatCrmQuery } from './queries.ts'

const TOOL: Readonly<Record<HeartbeatCrmQuery, string>> = {
  stack: 'the look at ha.cf',
  status: 'crm_mon',
  cib: 'cibadmin',
  controller: 'crmadmin',
}

/** What was printed for one query; refused when it is missing, longer than allowed, or nothing at all. */
export function saidTo(query: HeartbeatCrmQuery, answers: Answers, context: ReadingContext): Result<string> {
  const answer = answers[query]
  const who = `${TOOL[query]} on ${context.node}`
  if (answer === undefined) return bad({ code: 'answer-missing', message: `${who} was not asked.` })
  if (answer.truncated)
    return bad({ code: 'answer-too-long', message: `${who} answered more than is kept of an answer.` })
  const complaint = answer.stderr.trim().split('\n', 1)[0] ?? ''
  if (/not found/i.test(complaint) && answer.stdout.trim() === '') return bad(missing(query, complaint, context))
  if (answer.stdout.trim() !== '') return good(answer.stdout)
  if (/connect/i.test(complaint)) return bad(notRunning(context, complaint))
  return bad({
    code: 'answer-empty',
    message: `${who} printed nothing${complaint === '' ? '' : `; it complained: ${complaint}`}.`,
  })
}

export function missing(query: HeartbeatCrmQuery, complaint: string, context: ReadingContext): Problem {
  return {
    code: 'tool-missing',
    message: `${TOOL[query]} is not installed on ${context.node}, or not in the PATH of that login: ${complaint}`,
    next: `Is ${context.cluster} really a heartbeat-crm cluster? Look at "stack:" and at the packages of ${context.node}.`,
  }
}

export function notRunning(context: ReadingContext, said: string): Problem {
  return {
    code: 'cluster-not-running',
    message: `Heartbeat does not answer on ${context.node}: ${said.replace(/\.$/, '')}.`,
    stillTrue: 'What the other nodes say is not affected.',
    next: `Another node is asked; on ${context.node} see: cl_status hbstatus, and /var/log/messages`,
  }
}
