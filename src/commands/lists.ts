import { waitsForLook } from '../runs/held.ts'
import type { RunState } from '../runs/state.ts'
import { columns } from '../transcripts/columns.ts'
import { agoText } from '../transcripts/times.ts'
import type { DeskParts } from './parts.ts'

const LIST_LENGTH = 15

/** The latest runs, a line each, newest first. */
export async function runsText(parts: DeskParts, cluster?: string): Promise<string> {
  const listed = await parts.journal.list(LIST_LENGTH * (cluster ? 5 : 1))
  const records = await Promise.all(listed.map(({ run }) => parts.journal.load(run)))
  const states = records.flatMap(record => (record ? [record.state] : [])).filter(state => isOn(state, cluster))
  if (states.length === 0) return cluster ? `No runs on ${cluster} yet.` : 'No runs yet. Try: /ha status'
  const now = await parts.journal.time()
  return columns(states.slice(0, LIST_LENGTH).map(state => row(state, now))).join('\n')
}

function isOn(state: RunState, cluster: string | undefined): boolean {
  return cluster === undefined || (state.plan?.cluster ?? state.request.cluster) === cluster
}

function row(state: RunState, now: number): string[] {
  const where = state.plan?.cluster ?? state.request.cluster ?? ''
  return [
    `#${state.number}`,
    where,
    state.plan?.title ?? state.request.text,
    state.speaker.name,
    standing(state),
    agoText(state.updatedAt, now),
  ]
}

function standing(state: RunState): string {
  if (waitsForLook(state)) return `unknown, holds ${state.lease?.cluster}`
  if (state.finished) return state.finished.outcome
  if (state.phase === 'finished') return 'refused'
  return state.phase === 'waiting' ? 'waits for approval' : state.phase
}
