import { CST, Lexer, Parser } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Complaint, problemAt, type SourceText } from './source-text.ts'
import { quoteHint } from './yaml-hints.ts'

const LONGEST = 256 * 1024
const DEEPEST = 32
/** The parser compares each key with all others of its mapping: a quarter of a megabyte of keys would take minutes. */
const MOST_ENTRIES = 4000
/** On the parser's stack lie, besides the collections, the document and the scalar being read. */
const NOT_COLLECTIONS = 2
const ENTRY_TOKENS: ReadonlySet<string> = new Set(['map-value-ind', 'seq-item-ind', 'explicit-key-ind', 'comma'])

/** Control characters but tab and line ends, byte-order marks, and the marks that reorder what a reader sees. */
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\ufeff]/gu

/**
 * What is refused before the text is composed: too long, too deep, too many entries, invisible characters, and the parts of YAML
 * that make a file mean something else than it seems to (security-and-audit.md §5.1). Never throws.
 */
export function scanYaml(source: SourceText): readonly Problem[] {
  if (source.text.length > LONGEST) return [tooLong(source)]
  const invisible = [...source.text.matchAll(INVISIBLE)].slice(0, 5)
  if (invisible.length > 0) return invisible.map(match => invisibleAt(source, match.index))
  return scanTokens(source)
}

interface Token {
  /** As the YAML library names it; `content` for the text of a scalar. */
  readonly type: string
  readonly lexeme: string
  readonly start: number
  /** How many collections are open after it. */
  readonly depth: number
}

function* tokensOf(text: string): Generator<Token> {
  const parser = new Parser()
  let isContent = false
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset
    const type: string = isContent ? 'content' : (CST.tokenType(lexeme) ?? 'unknown')
    isContent = type === 'scalar'
    for (const _ of parser.next(lexeme));
    yield { type, lexeme, start, depth: parser.stack.length - NOT_COLLECTIONS }
  }
}

function scanTokens(source: SourceText): readonly Problem[] {
  const problems: Problem[] = []
  let entries = 0
  let isFirstOfLine = true
  for (const { type, lexeme, start, depth } of tokensOf(source.text)) {
    if (ENTRY_TOKENS.has(type)) entries += 1
    const limit = limitReached(depth, entries)
    if (limit) return [...problems, problemAt(source, start, start + 1, limit)]
    const refusal = refusalOf(type, lexeme, source, start)
    // One mistake often looks like several: in `check: !x && y` the tag is followed by what looks like an anchor.
    if (refusal && isFirstOfLine) problems.push(problemAt(source, start, start + lexeme.length, refusal))
    isFirstOfLine = lexeme.includes('\n') || (isFirstOfLine && !refusal)
  }
  return problems
}

function limitReached(depth: number, entries: number): Complaint | undefined {
  if (depth > DEEPEST) return { code: 'yaml-too-deep', message: `This is nested deeper than ${DEEPEST} levels.` }
  if (entries > MOST_ENTRIES) return { code: 'yaml-too-large', message: `This has more than ${MOST_ENTRIES} entries.` }
  return undefined
}

function refusalOf(type: string, lexeme: string, source: SourceText, start: number): Complaint | undefined {
  switch (type) {
    case 'tag':
      return quoted('yaml-tag', `YAML reads ${lexeme} as a tag and would drop it.`, source, start)
    case 'anchor':
      return quoted('yaml-anchor', `YAML reads ${lexeme} as an anchor, and these are not used here.`, source, start)
    case 'alias':
      return quoted('yaml-alias', `YAML reads ${lexeme} as an alias, and these are not used here.`, source, start)
    case 'directive-line':
      return {
        code: 'yaml-directive',
        message: `A YAML directive (${lexeme.trim()}) changes how the file is read.`,
        next: 'Remove the line: files are YAML 1.2.',
      }
    default:
      return undefined
  }
}

function quoted(code: string, message: string, source: SourceText, start: number): Complaint {
  return { code, message, next: quoteHint(source, start) }
}

function tooLong(source: SourceText): Problem {
  const complaint = { code: 'yaml-too-large', message: `This is longer than ${LONGEST / 1024} KiB.` }
  return problemAt(source, 0, 1, complaint)
}

function invisibleAt(source: SourceText, offset: number): Problem {
  const code = (source.text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return problemAt(source, offset, offset + 1, {
    code: 'invisible-character',
    message: `There is an invisible character here (U+${code}), which can make a text read differently from what it does.`,
    next: 'Remove it.',
  })
}
