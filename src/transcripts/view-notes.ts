import { foldNames } from '../clusters/fold-names.ts'
import { openChange } from '../runs/changes.ts'
import { waitsForLook } from '../runs/held.ts'
import { holdsCluster } from '../runs/holds-cluster.ts'
import { marksNeeded, openStep } from '../runs/marks.ts'
import type { RunState } from '../runs/state.ts'
import { isTakeOverWanted, takeOverVoices } from '../runs/take-over.ts'
import { quoted } from './view-people.ts'

/** What people have said that is still to be done, or that waits for a second person; a line each. */
export function notesOf(run: RunState): string[] {
  return [...restoredNotes(run), ...stopNotes(run), ...markNotes(run), ...takeOverNotes(run)]
}

/** Of an approved run only what was under way is asked for; one that was not approved yet goes on as if nothing had been. */
function restoredNotes({ restored, phase, gates }: RunState): string[] {
  if (!restored || phase === 'finished' || !gates.some(gate => gate.result === 'approved')) return []
  return [
    'Redis had forgotten parts of this run; they are back from the archive. Its nodes are asked what became of it, and nothing is begun.',
  ]
}

function stopNotes(run: RunState): string[] {
  const { stop, phase, lease } = run
  if (!stop) return []
  const by = `${stop.speaker.name}${quoted(stop.reason)}`
  if (stop.afterEnd)
    return [
      holdsCluster(run) ? `${lease?.cluster} is given free, said ${by}` : `${lease?.cluster} was given free by ${by}`,
    ]
  if (phase === 'finished') return []
  const open = openChange(run)
  return [
    `stopping: ${open ? `ending "${open.step.name}" on ${open.host}` : 'no further step begins'} · asked by ${by}`,
  ]
}

/** A destructive step is done only when two people have seen it. */
function markNotes(run: RunState): string[] {
  const id = waitsForLook(run) ? openStep(run.plan, run.steps) : undefined
  const marks = run.marks.filter(mark => mark.step === id)
  if (id === undefined || marks.length === 0 || marks.length >= marksNeeded(run.plan, id)) return []
  const name = run.plan?.steps.find(step => step.id === id)?.name ?? id
  const said = marks.map(mark => `${mark.speaker.name}${quoted(mark.reason)}`).join(' and ')
  return [`"${name}" is done, says ${said}. One more person must say the same, having looked.`]
}

function takeOverNotes(run: RunState): string[] {
  const voices = takeOverVoices(run)
  const cluster = run.lease?.cluster ?? ''
  const names = voices.map(said => said.speaker.name).join(' and ')
  const why = voices.map(said => `"${said.reason}"`).join(', ')
  if (run.takenOver) return [takenText(run.takenOver, `${names} (${why})`)]
  if (isTakeOverWanted(run)) return [`${cluster} is being taken from this run, as ${names} want it (${why})`]
  if (voices.length === 0 || !holdsCluster(run)) return []
  return [
    `${names} wants ${cluster} taken from this run: ${why}. A second person must say the same: /ha take-over ${run.number} "why"`,
  ]
}

/** A node that did not answer has not heard of it: what was sent there before may still begin. */
function takenText({ cluster, fenced, silent }: NonNullable<RunState['takenOver']>, by: string): string {
  const refuses =
    fenced.length > 0
      ? ` ${foldNames(fenced)} ${fenced.length > 1 ? 'refuse' : 'refuses'} whatever it still sends.`
      : ''
  const open = silent.length > 0 ? ` No answer from ${foldNames(silent)}: what was sent there may still begin.` : ''
  return `${cluster} was taken from this run by ${by}.${refuses}${open}`
}
