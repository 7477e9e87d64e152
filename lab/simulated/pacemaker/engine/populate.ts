import { executionOrder, transitionOf } from '../schedule/transition.ts'
import { memberOf, recordOperation } from '../status-writer.ts'
import { durationOf } from './durations.ts'
import { type Live, pictureOf } from './live.ts'

const STARTED_BEFORE_MS = 3_600_000
const NOT_RUNNING = 7

/** Carries out the first transition at once, an hour ago: a cluster that has been running for a while. */
export function populate(live: Live): void {
  const picture = pictureOf(live)
  const at = live.clock.now() - STARTED_BEFORE_MS
  for (const action of executionOrder(transitionOf(picture).actions)) {
    const member = memberOf(picture, action.subject)
    if (!member || action.kind === 'pseudo') continue
    const { kind, node, intervalMs } = action
    const task = kind === 'start' ? 'start' : 'monitor'
    const rc = kind === 'probe' ? NOT_RUNNING : 0
    live.lastCallId += 1
    const execMs = durationOf(kind, member.agent)
    recordOperation(live.cib, {
      member,
      node,
      task,
      intervalMs,
      rc,
      expectedRc: rc,
      callId: live.lastCallId,
      at,
      execMs,
      reason: '',
    })
    if (kind === 'start') live.running.get(node)?.add(member.id)
  }
}
