import { refusal, reply, type ToolReply } from '../../stack-model.ts'
import { DURATIONS } from '../engine/durations.ts'
import { type Live, later, poke } from '../engine/live.ts'
import { hasFailed } from '../picture/operations.ts'
import type { Member, Picture } from '../picture/types.ts'
import { deleteTransient, forgetResource, transient } from '../status-writer.ts'
import { membersOf, type ResourceCall } from './crm-resource-call.ts'

/** 2.1.5 ends with a segmentation fault after a dry run; a shell sees that as 139. */
const DRY_RUN = 139

/** `--cleanup [-r R] [-N node]`: forgets failures and looks anew (ha-stacks.md §9.9); a part of a group means the whole group. */
export async function cleanup(request: ResourceCall): Promise<ToolReply> {
  const targets = targetsOf(request)
  if (!request.source.live) {
    const lines = targets.map(
      ({ member, node }) => `Dry run: skipping clean-up of ${member.id} on ${node} due to CIB_file`,
    )
    return refusal(DRY_RUN, lines.join('\n'))
  }
  for (const { member, node } of targets) forgetFailures(request.live, member, node)
  poke(request.live)
  await replies(request.live)
  return reply(
    `${targets.map(({ member, node }) => `Cleaned up ${member.id} on ${node}`).join('\n')}\n${waiting(targets.length)}\n`,
  )
}

function targetsOf({ picture, resource, node }: ResourceCall): { member: Member; node: string }[] {
  const nodes = picture.nodes.filter(candidate => candidate.online && (node === '' || candidate.name === node))
  const members = resource === '' ? failedMembers(picture) : wholeGroup(picture, resource)
  return members.flatMap(member => nodes.map(candidate => ({ member, node: candidate.name })))
}

function wholeGroup(picture: Picture, resource: string): readonly Member[] {
  const [first] = membersOf(picture, resource)
  return first ? membersOf(picture, first.top) : []
}

function failedMembers(picture: Picture): Member[] {
  const members = picture.resources.flatMap(top => top.members)
  return members.filter(member => picture.failures.some(failure => failure.resource === member.id))
}

function forgetFailures(live: Live, member: Member, node: string): void {
  if ((member.history[node] ?? []).some(hasFailed)) forgetResource(live.cib, node, member.id)
  for (const name of Object.keys(transient(live.cib, node))) {
    if (name.startsWith(`fail-count-${member.id}#`) || name.startsWith(`last-failure-${member.id}#`)) {
      deleteTransient(live.cib, node, name)
    }
  }
}

function waiting(count: number): string {
  const noun = count === 1 ? 'reply' : 'replies'
  const answers = Array.from({ length: count }, (_, index) =>
    index + 1 < count ? '... got reply' : '... got reply (done)',
  )
  return [`Waiting for ${count} ${noun} from the controller`, ...answers].join('\n')
}

function replies(live: Live): Promise<void> {
  return new Promise(resolve => {
    later(live, DURATIONS.replyMs, resolve)
  })
}
