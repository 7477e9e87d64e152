import { randomUUID } from 'node:crypto'
import type { Core } from '../app.ts'
import { deskParts } from '../app.ts'
import type { Answer } from '../commands/desk.ts'
import { createDesk } from '../commands/dispatch.ts'
import { cardText } from '../transcripts/card-text.ts'
import { viewOf } from '../transcripts/view-of.ts'
import { type CliContext, withCore } from './context.ts'
import { followRun } from './follow-run.ts'
import { refuse } from './output.ts'
import { terminalSpeaker } from './speaker.ts'

export interface DoOptions {
  readonly key?: string
  /** Return as soon as the request is accepted. */
  readonly detach?: boolean
}

/** `ha do "<what you would type after /ha>"`: same grammar, same desk, same journal as Slack. Exit code of the run. */
export async function doCommand(context: CliContext, text: string, options: DoOptions): Promise<number> {
  return await withCore(context, async core => {
    const who = await terminalSpeaker(context, core.config.directory, options.key)
    const desk = createDesk(deskParts(core, 'cli'))
    // A terminal cannot see Slack's user groups: the person's own signature and the configuration stand for them.
    const teams = async () => true
    const answer = await desk.say({
      text: text.replace(/^\s*\/ha\b/, ''),
      dedupe: `cli:${randomUUID()}`,
      teams,
      ...who,
    })
    return await show(context, core, who.speaker.person === '' ? withoutKey(answer) : answer, options)
  })
}

/** Whoever could not be told by their key reads how to name it: being added to people is only the second thing to try. */
function withoutKey(answer: Answer): Answer {
  if (answer.kind !== 'refused') return answer
  const next = 'Name your key with --key; its public half must stand under people: in ha.yaml.'
  const problems = answer.problems.map(one => (one.code === 'unknown-person' ? { ...one, next } : one))
  return { kind: 'refused', problems }
}

async function show(context: CliContext, core: Core, answer: Answer, options: DoOptions): Promise<number> {
  const { out } = context
  switch (answer.kind) {
    case 'refused':
      return refuse(out, answer.problems)
    case 'told':
    case 'decided':
      out.say(out.json ? JSON.stringify(answer) : answer.text)
      return 0
    case 'run':
      out.say(
        out.json ? JSON.stringify(answer.record.state) : cardText(viewOf(answer.record, await core.journal.time())),
      )
      return 0
    case 'accepted':
      if (options.detach) {
        out.say(out.json ? JSON.stringify(answer) : `Accepted as #${answer.number}.  ha show ${answer.number}`)
        return 0
      }
      return await followRun(context, core, answer)
  }
}
