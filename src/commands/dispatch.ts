import type { Problem } from '../problem.ts'
import { takeDecision } from './decide.ts'
import type { Answer, Desk, Utterance } from './desk.ts'
import { parseCommand } from './grammar.ts'
import { helpText } from './help.ts'
import { runsText } from './lists.ts'
import type { OwnCommand } from './own-verbs.ts'
import type { DeskParts } from './parts.ts'
import { takeRequest } from './request.ts'
import { takeStop } from './stop.ts'

/** The desk: understands what was said and does it, or says why not. Whatever goes wrong becomes an answer. */
export function createDesk(parts: DeskParts): Desk {
  return {
    say: said => guarded(() => say(parts, said)),
    decide: verdict => guarded(() => takeDecision(parts, verdict)),
    stop: order => guarded(() => takeStop(parts, order)),
  }
}

async function say(parts: DeskParts, said: Utterance): Promise<Answer> {
  const channelCluster = Object.values(parts.inventory).find(
    cluster => cluster.channel !== undefined && cluster.channel === said.speaker.channel,
  )
  const command = parseCommand(said.text, parts, channelCluster?.name)
  if (!command.ok) return { kind: 'refused', problems: command.problems }
  if (command.value.kind === 'request')
    return await takeRequest(parts, said, command.value.request, command.value.runbook.runbook)
  return await own(parts, said, command.value)
}

async function own(parts: DeskParts, said: Utterance, command: OwnCommand): Promise<Answer> {
  if (command.kind === 'help')
    return { kind: 'told', text: helpText(parts.library, parts.inventory, command.topic), preformatted: true }
  if (command.kind === 'runs') return { kind: 'told', text: await runsText(parts, command.cluster), preformatted: true }
  const run = await parts.journal.find(command.number)
  const record = run === undefined ? undefined : await parts.journal.load(run)
  if (run === undefined || !record) return { kind: 'refused', problems: [noSuchRun(command.number)] }
  if (command.kind === 'show') return { kind: 'run', record }

  const { reason, confirm, kind } = command
  const { speaker, attest } = said
  if (kind === 'stop') return await takeStop(parts, { run, reason, speaker, attest })
  return await takeDecision(parts, {
    gate: { run },
    decision: kind,
    reason,
    confirm,
    speaker,
    attest,
    teams: said.teams,
  })
}

function noSuchRun(number: number): Problem {
  return {
    code: 'unknown-run',
    message: `There is no run #${number}.`,
    stillTrue: 'Nothing was done.',
    next: 'See /ha runs.',
  }
}

/** Redis that goes away between two calls, a signature that cannot be made: the person must hear of it, and nothing may run. */
async function guarded(answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const problem = {
      code: 'not-accepted',
      message: `NOT accepted: ${detail}.`,
      stillTrue: 'Nothing will run.',
      next: 'Ask whoever runs ha-bot to look at `ha doctor`.',
    }
    return { kind: 'refused', problems: [problem] }
  }
}
