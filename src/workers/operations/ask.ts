import type { Execution, ExecutionResult, NotSent, Shell } from '../../runs/ports.ts'
import type { Delivery } from './delivery.ts'
import type { ReplyLine } from './reply-reader.ts'
import { ReplyTaker } from './reply-taker.ts'

/** What is sent to a node, and how long it may take. */
export interface Question extends Pick<Execution, 'cluster' | 'node' | 'timeoutMs' | 'signal' | 'stdin' | 'call'> {
  readonly script?: string
  /** Takes the data of the reply. */
  readonly delivery?: Delivery
  /** Called whenever bytes came that were not here yet. */
  readonly news?: () => void
}

/**
 * - `answered`: the reply came to its end.
 * - `unsent`: nothing reached the node.
 * - `unclear`: it may have been carried out. `ran`: a shell was there and ended without a reply, as when the runner's file is missing.
 * - `aborted`: the signal fired; it may have been carried out, unless it was `unsent`.
 */
export type Answer =
  | { readonly kind: 'answered'; readonly lines: readonly ReplyLine[] }
  | { readonly kind: 'unsent'; readonly code: NotSent; readonly reason: string }
  | { readonly kind: 'unclear'; readonly ran: boolean; readonly reason: string }
  | { readonly kind: 'aborted'; readonly unsent: boolean }

/** Of what a node says beside its reply, only the beginning is of use in a sentence. */
const ASIDE_BYTES = 512

/** Asks a node's runner once. Only a reply that is whole counts: exit codes of the shells on the way prove nothing. */
export async function ask(shell: Shell, question: Question): Promise<Answer> {
  const { delivery, news = () => undefined, script = '', call, stdin, ...rest } = question
  const taker = new ReplyTaker(delivery, news)
  const result = await shell.execute({
    ...rest,
    script,
    ...(call && { call }),
    ...(stdin && { stdin }),
    output: (stream, chunk) => (stream === 'stdout' ? taker.take(chunk) : undefined),
    keepBytes: ASIDE_BYTES,
  })
  const isWhole = taker.close()
  await delivery?.idle()
  return isWhole ? { kind: 'answered', lines: taker.lines } : withoutReply(result, taker, question)
}

function withoutReply(result: ExecutionResult, { broken }: ReplyTaker, { node, signal }: Question): Answer {
  switch (result.kind) {
    case 'not-sent':
      return signal.aborted
        ? { kind: 'aborted', unsent: true }
        : { kind: 'unsent', code: result.code, reason: result.reason }
    case 'cancelled':
      return { kind: 'aborted', unsent: false }
    case 'lost':
    case 'timed-out':
      return { kind: 'unclear', ran: false, reason: result.reason }
    case 'exited': {
      const detail = broken || firstLine(result.stderr.text) || firstLine(result.stdout.text)
      const how = result.exitSignal || `exit code ${result.exitCode}`
      return { kind: 'unclear', ran: true, reason: `${node} gave no proper answer (${how}${detail && `: ${detail}`}).` }
    }
  }
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 200)
}
