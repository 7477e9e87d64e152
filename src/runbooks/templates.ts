import { bad, good, type Result } from '../problem.ts'
import { checkExpression } from './expression-check.ts'
import type { Evaluation } from './expression-results.ts'
import type { Scope } from './expression-scope.ts'
import type { ExpressionValues } from './expression-values.ts'
import { compileExpression } from './expressions.ts'
import { type Finding, findingProblem, shifted } from './finding.ts'

/** A piece of a text: words as they are, or an expression and where it begins in the text. */
export type TemplatePart =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'expression'; readonly source: string; readonly start: number }

export interface Template {
  readonly text: string
  /** The text with every expression replaced by what it gives. What is filled in is not looked at again. */
  render(values: ExpressionValues): Evaluation<string>
}

const OPEN = '${{'
const ESCAPED = '$${{'
const LONGEST = 4000

/** Splits a text at its `${{ expression }}`s; `$${{` stands for `${{` itself. */
export function splitTemplate(text: string): {
  readonly parts: readonly TemplatePart[]
  readonly findings: readonly Finding[]
} {
  const parts: TemplatePart[] = []
  let words = ''
  let at = 0
  while (at < text.length) {
    const open = text.indexOf(OPEN, at)
    if (open < 0) break
    const isEscaped = text.startsWith(ESCAPED, open - 1) && open > at
    const close = isEscaped ? open + OPEN.length : closingOf(text, open + OPEN.length)
    words += text.slice(at, isEscaped ? open - 1 : open)
    if (close < 0) return { parts, findings: [unclosed(open)] }
    if (isEscaped) words += OPEN
    else {
      parts.push({ kind: 'words', words }, expressionPart(text, open + OPEN.length, close))
      words = ''
    }
    at = isEscaped ? close : close + 2
  }
  parts.push({ kind: 'words', words: words + text.slice(at) })
  return { parts: parts.filter(part => part.kind === 'expression' || part.words !== ''), findings: [] }
}

/** Where `}}` stands outside quotes, or -1. */
function closingOf(text: string, from: number): number {
  const close = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(\}\})/gs
  close.lastIndex = from
  for (let found = close.exec(text); found; found = close.exec(text)) if (found[1]) return found.index
  return -1
}

function expressionPart(text: string, from: number, to: number): TemplatePart {
  const written = text.slice(from, to)
  return { kind: 'expression', source: written.trim(), start: from + (written.length - written.trimStart().length) }
}

function unclosed(start: number): Finding {
  return {
    code: 'template',
    message: 'Here ${{ is not closed by }}.',
    next: 'For the characters themselves write $${{.',
    start,
    end: start + 3,
  }
}

/** Everything wrong with the expressions of a text, at offsets of the text. */
export function checkTemplate(text: string, scope: Scope): readonly Finding[] {
  if (text.length > LONGEST)
    return [{ code: 'template', message: `This is longer than ${LONGEST} characters.`, start: 0, end: 1 }]
  const { parts, findings } = splitTemplate(text)
  const inside = parts.flatMap(part =>
    part.kind === 'words' ? [] : checkExpression(part.source, scope, 'text').map(found => shifted(found, part.start)),
  )
  return [...findings, ...inside]
}

/** A text ready to be filled in; problems show it with a caret. */
export function compileTemplate(text: string, scope: Scope): Result<Template> {
  const findings = checkTemplate(text, scope)
  if (findings.length > 0) return bad(...findings.map(finding => findingProblem(text, finding)))
  const { parts } = splitTemplate(text)
  return good({ text, render: values => rendered(parts, scope, values) })
}

function rendered(parts: readonly TemplatePart[], scope: Scope, values: ExpressionValues): Evaluation<string> {
  let text = ''
  for (const part of parts) {
    const piece =
      part.kind === 'words' ? { ok: true as const, value: part.words } : evaluated(part.source, scope, values)
    if (!piece.ok) return piece
    text += piece.value
  }
  return { ok: true, value: text }
}

function evaluated(source: string, scope: Scope, values: ExpressionValues): Evaluation<string> {
  const compiled = compileExpression(source, scope, 'text')
  if (!compiled.ok) return { ok: false, reason: compiled.problems.map(problem => problem.message).join(' ') }
  const value = compiled.value.evaluate(values)
  return value.ok ? value : { ok: false, reason: `\${{ ${source} }}: ${value.reason}` }
}
