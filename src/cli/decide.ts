import { deskParts } from '../app.ts'
import type { Answer } from '../commands/desk.ts'
import { createDesk } from '../commands/dispatch.ts'
import { type CliContext, withCore } from './context.ts'
import { findRun } from './find-run.ts'
import { refuse, USAGE } from './output.ts'
import { terminalSpeaker } from './speaker.ts'

export interface DecideOptions {
  readonly key?: string
  readonly reason?: string
  /** What a destructive gate asks to be typed. */
  readonly confirm?: string
}

/** `ha approve|deny|stop <run>`: signed with the person's SSH key, or refused. */
export async function decideCommand(
  context: CliContext,
  verb: 'approve' | 'deny' | 'stop',
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
    const { reason = '', confirm = '' } = options
    const answer =
      verb === 'stop'
        ? await desk.stop({ run, reason, ...who })
        : await desk.decide({ gate: { run }, decision: verb, reason, confirm, teams: async () => true, ...who })
    return show(context, answer)
  })
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
