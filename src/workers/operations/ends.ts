import type { NotRun, OperationEnd } from '../../runs/operations.ts'
import type { Delivery } from './delivery.ts'
import { interruptedText, noSpaceText } from './sentences.ts'
import type { NodeState } from './state-line.ts'

/** What is known when an operation is given its end. */
export interface Known {
  readonly node: string
  readonly delivery: Delivery
  /** The last that the node said of it. */
  readonly state: NodeState | undefined
  readonly durationMs: number
  readonly stopped: 'timeout' | 'person' | undefined
}

/** The end that a final state of the node's record means; undefined while it may still change. */
export function endOf(state: NodeState, known: Known): OperationEnd | undefined {
  const { node, delivery } = known
  switch (state.state) {
    case 'absent':
    case 'claimed':
    case 'running':
      return undefined
    case 'done':
      return { kind: 'done', ...exitOf(state), complete: delivery.isWhole(state), ...seen(known), ...stoppedOf(known) }
    case 'interrupted':
      return unsettled('interrupted', known, interruptedText(node, state.why, known.stopped))
    default:
      return notRun(...refusalOf(state, known))
  }
}

function refusalOf({ state, why, epoch }: NodeState, { node, stopped }: Known): [NotRun, string] {
  switch (state) {
    case 'fenced':
      return [
        'fenced',
        `${node} refused it: a newer worker has taken over this cluster since (epoch ${epoch ?? '?'} is too old). Nothing was run.`,
      ]
    case 'late':
      return [
        'late',
        `${node} refused it: the order came there too late. Nothing was run. Check the clock of ${node}, then start it again.`,
      ]
    case 'tombstoned':
      if (stopped === 'person')
        return [
          'cancelled',
          `It was stopped before it began on ${node}; nothing was run, and ${node} will refuse it from now on.`,
        ]
      return [
        'tombstoned',
        `It did not begin on ${node} and was given up; ${node} will refuse it from now on. Nothing was run.`,
      ]
    default:
      if (why === 'space') return ['no-space', noSpaceText(node)]
      if (why === 'launch')
        return [
          'damaged',
          `${node} could not start a process for it. Nothing was run. Look at its limits and its memory.`,
        ]
      return [
        'damaged',
        `${node} refused it${why && ` (${why})`}: the script that it has is not the one that was sent. Nothing was run.`,
      ]
  }
}

/** Its end was wanted before anything was sent. */
export function notBegun(node: string, stopped: Known['stopped']): OperationEnd {
  if (stopped === 'person') return notRun('cancelled', `It was stopped before it was sent to ${node}. Nothing was run.`)
  return notRun('unreachable', `Its time was up before it could be sent to ${node}. Nothing was run.`)
}

export function notRun(code: NotRun, reason: string): OperationEnd {
  return { kind: 'not-run', code, reason }
}

export function unsettled(kind: 'interrupted' | 'running' | 'silent', known: Known, reason: string): OperationEnd {
  return { kind, reason, ...seen(known), ...stoppedOf(known) }
}

function stoppedOf({ stopped }: Known): { readonly stopped?: 'timeout' | 'person' } {
  return stopped === undefined ? {} : { stopped }
}

function seen({ delivery, state, durationMs }: Known) {
  return { ...delivery.kept(), durationMs, record: state === undefined ? '' : recordText(state) }
}

function exitOf({ rc, sig }: NodeState): { readonly exitCode: number; readonly exitSignal: string } {
  if (sig === '') return { exitCode: rc ?? -1, exitSignal: '' }
  return { exitCode: -1, exitSignal: sig.startsWith('SIG') ? sig : `SIG${sig}` }
}

/** The node's record in words: `claimed 14:03:41Z, running as process 812 since 14:03:41Z, started by setsid`. Its clock, not ours. */
export function recordText({ state, claimed, started, ended, pid, launcher, rc, sig, why }: NodeState): string {
  const process = pid === undefined ? '' : ` as process ${pid}`
  const parts = [
    claimed !== undefined && `claimed ${timeOf(claimed)}`,
    state === 'running' && `running${process}${started === undefined ? '' : ` since ${timeOf(started)}`}`,
    state !== 'running' && started !== undefined && `started ${timeOf(started)}${process}`,
    state === 'done' &&
      `ended ${ended === undefined ? '' : `${timeOf(ended)} `}${sig ? `by ${sig}` : `with exit code ${rc ?? '?'}`}`,
    state === 'interrupted' && 'its process is gone without an exit',
    state === 'absent' && 'no record of it',
    ['fenced', 'late', 'refused', 'tombstoned'].includes(state) && `${state}${why && ` (${why})`}`,
    launcher !== '' && `started by ${launcher}`,
  ]
  return parts.filter(part => part !== false).join(', ')
}

/** `14:03:41Z` */
function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19).concat('Z')
}
