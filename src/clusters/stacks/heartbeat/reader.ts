import { bad, good, type Result } from '../../../problem.ts'
import type { ClusterStatus } from '../../status.ts'
import { notOfStack } from '../detect.ts'
import type { Answers, ReadingContext, StackReader } from '../stack.ts'
import { linesOf } from './answers.ts'
import { readSaid } from './cl-status.ts'
import { combine } from './combine.ts'
import { readHaCf } from './ha-cf.ts'
import { readHaresources } from './haresources.ts'
import { HEARTBEAT_QUERIES } from './queries.ts'
import { viewStatus } from './view.ts'

/** Heartbeat with haresources. Each node knows only what it holds itself, so all are asked (ha-stacks.md §9.1). */
export const heartbeatReader: StackReader = { queries: HEARTBEAT_QUERIES, asks: 'all', parse, combine }

/** One node's view. A node that runs the CRM, or another stack, is refused before anything else of it is read. */
function parse(answers: Answers, context: ReadingContext): Result<ClusterStatus> {
  const wrong = notOfStack(context, 'heartbeat', answers['stack'])
  if (wrong) return bad(wrong)
  const cf = linesOf('ha.cf', answers, context)
  if (!cf.ok) return cf
  const resources = linesOf('haresources', answers, context)
  if (!resources.ok) return resources
  const stack = linesOf('stack', answers, context)
  if (!stack.ok) return stack
  const said = readSaid(answers, context)
  if (!said.ok) return said
  return good(
    viewStatus({ said: said.value, cf: readHaCf(cf.value), groups: readHaresources(resources.value) }, context),
  )
}
