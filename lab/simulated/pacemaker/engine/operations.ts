import type { Member } from '../picture/types.ts'
import type { Action } from '../schedule/action.ts'
import { scoreText } from '../score.ts'
import { cancelMonitor, memberOf, PENDING_RC, recordOperation, setTransient, transient } from '../status-writer.ts'
import { DURATIONS, durationOf } from './durations.ts'
import { failureOf } from './faults.ts'
import { fence } from './fencer.ts'
import { announce, type Live, later, pictureOf } from './live.ts'

const OK = 0
const FAILED = 1
const NOT_RUNNING = 7
/** [R] of Pacemaker 2.1.5. */
const GAVE_UP = 'Resource agent did not exit within specified timeout'

/** Carries out one action of a transition; `done` hears whether the transition may go on as planned. */
export function perform(live: Live, action: Action, done: (succeeded: boolean) => void): void {
  const member = memberOf(pictureOf(live), action.subject)
  if (action.kind === 'fence') fence(live, controllerFencing(live, action.node), done)
  else if (action.kind === 'pseudo' || action.implied || !member) soon(live, done)
  else if (action.kind === 'cancel') {
    cancelMonitor(live.cib, member, action.node, action.intervalMs)
    soon(live, done)
  } else run(live, action, member, done)
}

function controllerFencing(live: Live, target: string) {
  return { target, action: 'reboot' as const, client: 'pacemaker-controld.1411', origin: pictureOf(live).dc }
}

function soon(live: Live, done: (succeeded: boolean) => void): void {
  later(live, 0, () => done(true))
}

function run(live: Live, action: Action, member: Member, done: (succeeded: boolean) => void): void {
  const { kind, node, intervalMs } = action
  const task = kind === 'start' || kind === 'stop' ? kind : 'monitor'
  const timedOut = kind === 'stop' && live.faults.hanging.has(member.id)
  const execMs = timedOut ? DURATIONS.operationLimitMs : durationOf(kind, member.agent)
  const shared = { member, node, task, intervalMs } as const
  if (task !== 'monitor') {
    note(live, { ...shared, rc: PENDING_RC, expectedRc: OK, reason: '', execMs: 0, callId: 0 })
  }
  later(live, execMs, () => {
    // A node that died meanwhile reports nothing.
    if (!live.up.has(node)) return done(false)
    live.lastCallId += 1
    const { rc, expectedRc, reason } = timedOut
      ? { rc: FAILED, expectedRc: OK, reason: GAVE_UP }
      : resultOf(live, action)
    note(live, { ...shared, rc, expectedRc, reason, timedOut, execMs, callId: live.lastCallId })
    if (rc !== expectedRc) countFailure(live, member.id, node, `${task}_${intervalMs}`)
    announce(live)
    done(rc === expectedRc)
  })
}

function note(live: Live, result: Omit<Parameters<typeof recordOperation>[1], 'at'>): void {
  recordOperation(live.cib, { ...result, at: live.clock.now() })
  announce(live)
}

/** What the resource agent says, and what becomes true on the node. */
function resultOf(live: Live, action: Action): { rc: number; expectedRc: number; reason: string } {
  const { kind, subject, node } = action
  const here = live.running.get(node) ?? new Set<string>()
  if (kind === 'probe') {
    const rc = here.has(subject) ? OK : NOT_RUNNING
    return { rc, expectedRc: rc, reason: '' }
  }
  const reason = failureOf(live.faults, kind, subject, node)
  if (reason !== '') return { rc: FAILED, expectedRc: OK, reason }
  if (kind === 'start') here.add(subject)
  if (kind === 'stop') here.delete(subject)
  return { rc: kind === 'monitor' && !here.has(subject) ? NOT_RUNNING : OK, expectedRc: OK, reason: '' }
}

/** A failed start or stop counts as infinitely often; a failed monitor once. */
export function countFailure(live: Live, resource: string, node: string, operation: string): void {
  const name = `fail-count-${resource}#${operation}`
  const before = Number(transient(live.cib, node)[name] ?? '0')
  const count = operation.startsWith('monitor') ? String(before + 1) : scoreText(Number.MAX_SAFE_INTEGER)
  setTransient(live.cib, node, name, count)
  const at = String(Math.floor(live.clock.now() / 1000))
  setTransient(live.cib, node, `last-failure-${resource}#${operation}`, at)
}
