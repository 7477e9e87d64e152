import { z } from 'zod'
import { voided } from '../../../policy/refusals.ts'
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
  return readMetadata(Question, metadata)
}

/** What the window of Mark as done carries: the step that was shown, so that nobody speaks of another one. */
export const OpenStep = z.strictObject({
  run: z.string(),
  number: z.number().int(),
  step: z.string(),
  channel: z.string(),
})
export type OpenStep = z.infer<typeof OpenStep>

export function readOpenStep(metadata: string): OpenStep | undefined {
  return readMetadata(OpenStep, metadata)
}

function readMetadata<T>(schema: z.ZodType<T>, metadata: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(metadata)).data
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

/** What to type at a terminal instead of pressing a button: the run by its number. */
export async function atTerminal(parts: ListenerParts, verb: string, run: string): Promise<string> {
  const view = await currentView(parts, run)
  return view ? `ha ${verb} ${view.number}` : `ha ${verb}`
}

/** Whether this token's question is the one that is open. */
export function isOpen(view: RunView, token: string): boolean {
  return view.gate?.token === token && view.actions.includes('approve')
}

/** Why a question cannot be answered any more: what made its plan void, or who decided and when. */
export function closedText(view: RunView, token: string): string {
  const changed = Object.hasOwn(view.voided, token) ? view.voided[token] : undefined
  const { message, stillTrue, next } = changed === undefined ? staleQuestion() : voided(view.number, changed)
  const decisions = changed === undefined ? view.decisions.map(decision => `#${view.number}: ${decision}.`) : []
  return [...decisions, message, stillTrue, next].join('\n')
}
