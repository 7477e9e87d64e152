import { personByName, teamByName } from '../../../policy/people.ts'
import { slackGroupsOf, teamsNamed } from '../../../policy/team-expression.ts'
import type { RunRecord } from '../../../runs/state.ts'
import type { StepView } from '../../../transcripts/view.ts'
import { call, endNote, stepsNote } from '../blocks/notes.ts'
import type { Message } from '../blocks/rich.ts'
import { type DeliveryParts, DONE, type Pass, type Progress } from './delivery.ts'
import { readRow, rowKey, StepsRow, writeRow } from './store.ts'

export interface Thread {
  readonly channel: string
  readonly thread: string
}

/** Calls the approvers of the open gate, once. */
export async function callApprovers(parts: DeliveryParts, pass: Pass, thread: Thread): Promise<Progress> {
  const gate = pass.view.gate
  if (!gate || !pass.view.actions.includes('approve')) return DONE
  const { groups, people } = approvers(parts, pass, gate.from)
  if (groups.length + people.length === 0) return DONE
  return await reply(parts, pass, thread, `call-${gate.gate}-${gate.token}`, call(pass.view, groups, people))
}

/** A team with a Slack group is called by it; of other teams everybody but the requester. */
function approvers({ directory }: DeliveryParts, pass: Pass, from: readonly string[]) {
  const teams = from.flatMap(teamsNamed).map(name => teamByName(directory, name))
  const members = teams.flatMap(team => (team && !team.slackGroup ? team.members : []))
  const others = [...new Set(members)].filter(name => name !== pass.record.state.speaker.person)
  const people = others.flatMap(name => personByName(directory, name)?.slack ?? [])
  return { groups: slackGroupsOf(directory, from), people }
}

/** Tells steps that have ended since the last note; what belongs to a note is fixed before it is sent, so that a repeat is the same. */
export async function tellSteps(parts: DeliveryParts, pass: Pass, thread: Thread): Promise<Progress> {
  const key = rowKey(pass.view.run, 'steps')
  const row = (await readRow(parts.store, key, StepsRow)) ?? { told: [], batch: [], note: 0 }
  const batch = row.batch.length > 0 ? row.batch : worthTelling(pass.view.steps, row.told)
  if (batch.length === 0) return DONE
  await writeRow<StepsRow>(parts.store, key, { ...row, batch })
  const steps = pass.view.steps.filter(step => batch.includes(step.id))
  const progress = await reply(parts, pass, thread, `steps-${row.note}`, stepsNote(steps))
  if (progress.kind === 'done') {
    await writeRow<StepsRow>(parts.store, key, { told: [...row.told, ...batch], batch: [], note: row.note + 1 })
  }
  return progress
}

/** What ran on a node, and what did not go well; checks that hold are on the card. */
function worthTelling(steps: readonly StepView[], told: readonly string[]): string[] {
  const ended = steps.filter(({ mark }) => mark !== 'running' && mark !== 'ahead' && mark !== 'skipped')
  return ended
    .filter(step => (step.mark !== 'done' || step.hosts !== '') && !told.includes(step.id))
    .map(step => step.id)
}

/** Says how it ended to those who wait; what went wrong is shown in the channel too. */
export async function tellEnd(parts: DeliveryParts, pass: Pass, thread: Thread): Promise<Progress> {
  if (!pass.record.state.finished) return DONE
  const loud = pass.view.mark === 'failed' || pass.view.mark === 'unknown'
  return await reply(
    parts,
    pass,
    thread,
    ofThisEnd('end', pass.record),
    endNote(pass.view, pass.record.state.speaker.slackUser),
    loud,
  )
}

/** A run that somebody resumed ends again, and that is told again. */
export function ofThisEnd(part: string, { entries }: RunRecord): string {
  const ends = entries.filter(({ event }) => event.type === 'finished').length
  return ends > 1 ? `${part}-${ends}` : part
}

async function reply(
  parts: DeliveryParts,
  pass: Pass,
  { channel, thread }: Thread,
  part: string,
  message: Message,
  broadcast = false,
): Promise<Progress> {
  const letter = { key: rowKey(pass.view.run, part), channel, thread, broadcast, message }
  const posted = await parts.outbox.post(letter, pass.signal)
  if (posted.kind === 'later') return posted
  if (posted.kind === 'impossible')
    parts.log.error({ key: letter.key, error: posted.error }, 'Slack does not take this reply')
  return DONE
}
