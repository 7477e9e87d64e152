import type { NodeAnswer } from '../../runs/operations.ts'
import type { Clock } from '../../runs/ports.ts'
import type { Answer } from './ask.ts'
import { Pace } from './pace.ts'
import type { ReplyLine } from './reply-reader.ts'
import type { Asking, RunnerLine } from './runner-line.ts'
import { notUnderstoodText } from './sentences.ts'

/** A question that is no operation: harmless to repeat. */
export interface Inquiry<T> {
  readonly verb: 'fence' | 'note' | 'list' | 'purge'
  readonly fields: Readonly<Record<string, string | number>>
  /** Undefined when these lines are no answer to it. */
  read(lines: readonly ReplyLine[]): T | undefined
}

/** Broken links are tried again for so long. */
const PATIENCE_MS = 10_000
const TIMEOUT_MS = 10_000

/** Asks a node something and asks again over broken links, though not a node that cannot be reached at all. */
export async function inquire<T>(
  line: RunnerLine,
  inquiry: Inquiry<T>,
  { clock, random, signal }: { readonly clock: Clock; readonly random: () => number; readonly signal: AbortSignal },
): Promise<NodeAnswer<T>> {
  const pace = new Pace(clock, random, PATIENCE_MS)
  for (;;) {
    const answer = await once(line, inquiry, { signal, timeoutMs: TIMEOUT_MS })
    const value = answer.kind === 'answered' ? inquiry.read(answer.lines) : undefined
    if (value !== undefined) return { ok: true, value }
    const mayTryAgain = answer.kind === 'answered' || answer.kind === 'unclear'
    if (!mayTryAgain || signal.aborted || pace.isOver) return { ok: false, reason: reasonOf(line.place.node, answer) }
    if (answer.kind === 'answered' || answer.ran) line.doubt()
    await pace.pause(signal)
  }
}

function reasonOf(node: string, answer: Answer): string {
  if (answer.kind === 'answered') return notUnderstoodText(node, answer.lines)
  return answer.kind === 'aborted' ? `${node} was not waited for any longer.` : answer.reason
}

async function once<T>(line: RunnerLine, { verb, fields }: Inquiry<T>, asking: Asking): Promise<Answer> {
  const unready = await line.ready(asking)
  if (unready?.kind === 'unput') return { kind: 'unsent', code: 'unreachable', reason: unready.reason }
  return unready ?? (await line.ask(verb, fields, asking))
}
