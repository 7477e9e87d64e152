import { deskParts } from '../app.ts'
import type { Answer, Desk } from '../commands/desk.ts'
import { createDesk } from '../commands/dispatch.ts'
import { type CliContext, withCore } from './context.ts'
import { findRun } from './find-run.ts'
import { refuse, USAGE } from './output.ts'
import { type TerminalSpeaker, terminalSpeaker } from './speaker.ts'

export interface DecideOptions {
  readonly key?: string
  readonly reason?: string
  /** What a destructive gate asks to be typed. */
  readonly confirm?: string
}

/** Words about a run that must be signed. */
export type SignedVerb = 'approve' | 'deny' | 'stop' | 'resume' | 'mark-done' | 'take-over'

/** `ha approve|deny|stop|resume|mark-done|take-over <run>`: signed with the person's SSH key, or refused. */
export async function decideCommand(
  context: CliContext,
  verb: SignedVerb,
  number: string,
  options: DecideOptions,
): Promise<number> {
  return await withCore(context, async core => {
    const who = await terminalSpeaker(context, core.config.directory, options.key)
    if (who.speaker.person === '') return refuse(context.out, [unsigned(verb, number)])
    const run = await findRun(core, number)
    if (run === undefined)
      return refuse(context.out, [
        {
          code: 'unknown-run',
          message: `There is no run #${number.replace(/^#/, '')}.`,
          next: '`ha runs` lists them.',
        },
      ])
    const desk = createDesk(deskParts(core, 'cli'))
    return show(context, await say(desk, verb, run, { ...who, ...options }))
  })
}

async function say(desk: Desk, verb: SignedVerb, run: string, said: TerminalSpeaker & DecideOptions): Promise<Answer> {
  const { reason = '', confirm = '', speaker, attest } = said
  const order = { run, reason, speaker, attest }
  switch (verb) {
    case 'approve':
    case 'deny':
      // A terminal cannot see Slack's user groups: the person's own signature and the configuration stand for them.
      return await desk.decide({ ...order, gate: { run }, decision: verb, confirm, teams: async () => true })
    case 'stop':
      return await desk.stop(order)
    case 'resume':
      return await desk.resume(order)
    case 'mark-done':
      return await desk.markDone(order)
    case 'take-over':
      return await desk.takeOver(order)
  }
}

function show({ out }: CliContext, answer: Answer): number {
  if (answer.kind === 'refused') return refuse(out, answer.problems)
  if (out.json) out.say(JSON.stringify(answer))
  else if (answer.kind === 'decided') out.say(answer.text)
  return answer.kind === 'decided' ? 0 : USAGE
}

function unsigned(verb: string, number: string) {
  return {
    code: 'unsigned',
    message: `${verb} must be signed, and no key here belongs to anybody of the configuration.`,
    stillTrue: 'Nothing was decided.',
    next: `Name your key: ha ${verb} ${number} --key ~/.ssh/id_ed25519  (its public half stands under people: in ha.yaml)`,
  }
}
