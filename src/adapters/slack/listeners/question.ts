import { z } from 'zod'
import type { RunView } from '../../../transcripts/view.ts'
import { staleQuestion } from '../problems.ts'
import type { ListenerParts } from './parts.ts'

/** What a modal carries about the question it was opened for; the desk decides by the token alone. */
export const Question = z.strictObject({
  run: z.string(),
  number: z.number().int(),
  token: z.string(),
  channel: z.string(),
  confirm: z.string(),
})
export type Question = z.infer<typeof Question>

export function readQuestion(metadata: string): Question | undefined {
  try {
    return Question.safeParse(JSON.parse(metadata)).data
  } catch {
    return undefined
  }
}

/** The run a button belongs to, drawn as it stands now; undefined when it cannot be read. */
export async function currentView(parts: ListenerParts, run: string | undefined): Promise<RunView | undefined> {
  try {
    const record = run ? await parts.feed.load(run) : undefined
    return record && parts.view(record, parts.clock.now())
  } catch (error) {
    parts.log.error({ run, error: String(error) }, 'a run could not be read')
    return undefined
  }
}

/** Whether this token's question is the one that is open. */
export function isOpen(view: RunView, token: string): boolean {
  return view.gate?.token === token && view.actions.includes('approve')
}

/** Why a question cannot be answered any more, with the names and times if there are any. */
export function closedText(view: RunView): string {
  const { message, stillTrue, next } = staleQuestion()
  return [...view.decisions.map(decision => `#${view.number}: ${decision}.`), message, stillTrue, next].join('\n')
}
