import type { Problem } from '../problem.ts'
import { takeDecision } from './decide.ts'
import type { Answer, Desk, Utterance } from './desk.ts'
import { parseCommand } from './grammar.ts'
import { helpText } from './help.ts'
import { runsText } from './lists.ts'
import { takeMark } from './mark-done.ts'
import type { OwnCommand } from './own-command.ts'
import type { DeskParts } from './parts.ts'
import { takeRequest } from './request.ts'
import { takeResume } from './resume.ts'
import { takeStop } from './stop.ts'
import { takeTakeOver } from './take-over.ts'

/** The desk: understands what was said and does it, or says why not. Whatever goes wrong becomes an answer. */
export function createDesk(parts: DeskParts): Desk {
  return {
    say: said => guarded(() => say(parts, said)),
    decide: verdict => guarded(() => takeDecision(parts, verdict)),
    stop: order => guarded(() => takeStop(parts, order)),
    resume: order => guarded(() => takeResume(parts, order)),
    markDone: order => guarded(() => takeMark(parts, order)),
    takeOver: order => guarded(() => takeTakeOver(parts, order)),
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

  return await aboutRun(parts, said, run, command)
}

async function aboutRun(
  parts: DeskParts,
  { speaker, attest, teams }: Utterance,
  run: string,
  { kind, reason, confirm }: Extract<OwnCommand, { readonly reason: string }>,
): Promise<Answer> {
  const order = { run, reason, speaker, attest }
  switch (kind) {
    case 'approve':
    case 'deny':
      return await takeDecision(parts, { gate: { run }, decision: kind, reason, confirm, speaker, attest, teams })
    case 'stop':
      return await takeStop(parts, order)
    case 'resume':
      return await takeResume(parts, order)
    case 'mark-done':
      return await takeMark(parts, order)
    case 'take-over':
      return await takeTakeOver(parts, order)
  }
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
