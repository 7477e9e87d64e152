import type { types } from '@slack/bolt'
import type { Problem } from '../../../problem.ts'
import { cut, LIMITS } from '../limits.ts'
import { ACTIONS, plain } from './buttons.ts'
import { corrected } from './corrected.ts'
import { type Block, line, type Message, preformatted, type RichPart, rich, words } from './rich.ts'
import { escaped } from './shown.ts'

const SHOWN = 5

/** Problems in full: the input with its caret, what happened, what is still true, what to do. */
export function problemParts(problems: readonly Problem[], width: number): RichPart[] {
  return problems.flatMap(problem => {
    const place = problem.place ? `${problem.place.file}:${problem.place.line}:${problem.place.column} ` : ''
    const suggestion = problem.suggestion ? ` Did you mean ${problem.suggestion}?` : ''
    const rest = [problem.stillTrue, problem.next].filter(Boolean).join(' ')
    return [
      ...(problem.excerpt ? [preformatted(cut(problem.excerpt, width * 2))] : []),
      line(words(cut(`${place}${problem.message}${suggestion}`, width))),
      ...(rest ? [line(words(cut(rest, width)))] : []),
    ]
  })
}

/**
 * What the asker alone reads when nothing runs. The one suggestion is a button that says the corrected words again: a new request,
 * which shows its plan and runs nothing before it is approved.
 */
export function refusal(problems: readonly Problem[]): Message {
  const more = problems.length - SHOWN
  const parts = problemParts(problems.slice(0, SHOWN), 700)
  const foot = more > 0 ? [line(words(`… and ${more} more of this kind`))] : []
  const text = problems[0]?.message ?? 'This was refused; nothing runs.'
  return {
    text: cut(escaped(text), LIMITS.messageText),
    blocks: [...rich([...parts, ...foot]), ...suggestionButton(problems)],
  }
}

function suggestionButton(problems: readonly Problem[]): Block[] {
  const better = problems.map(problem => ({ problem, text: corrected(problem) })).find(({ text }) => text !== undefined)
  if (!better?.text || better.text.length > LIMITS.buttonValue) return []
  const label = cut(`Use ${better.problem.suggestion}`, LIMITS.buttonText)
  const hint: types.ContextBlock = {
    type: 'context',
    elements: [
      {
        type: 'plain_text',
        text: 'A change shows its plan first; it does not run before somebody approves it.',
        emoji: false,
      },
    ],
  }
  return [{ type: 'actions', elements: [plain(label, ACTIONS.suggestion, better.text)] }, hint]
}
