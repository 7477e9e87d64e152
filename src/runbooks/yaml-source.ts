import { type Document, isScalar, type ParsedNode, parseDocument, visit, type YAMLError } from 'yaml'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { type Complaint, problemAt, type SourceText } from './source-text.ts'
import { quoteHint } from './yaml-hints.ts'
import { scanYaml } from './yaml-scan.ts'

/** A text and the one YAML document in it, every node with its range in the text. */
export interface YamlSource extends SourceText {
  readonly document: Document.Parsed<ParsedNode>
}

const FORBIDDEN_KEYS: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype', '<<'])

/** Reads strict YAML 1.2; see security-and-audit.md §5.1 for what is refused and why. Every refusal is reported, not only the first. */
export function readYaml(source: SourceText): Result<YamlSource> {
  const scanned = scanYaml(source)
  if (scanned.length > 0) return bad(...scanned)
  const document = parseDocument(source.text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: true,
    stringKeys: true,
    strict: true,
    customTags: [],
    prettyErrors: false,
    // 'silent' would also keep quiet about a second document.
    logLevel: 'error',
  })
  const problems = [...document.errors, ...document.warnings].map(error => parserProblem(source, error))
  if (problems.length > 0) return bad(...problems)
  const forbidden = forbiddenKeys(source, document)
  return forbidden.length > 0 ? bad(...forbidden) : good({ ...source, document })
}

function parserProblem(source: SourceText, error: YAMLError): Problem {
  return problemAt(source, error.pos[0], error.pos[1], complaintOf(source, error))
}

function complaintOf(source: SourceText, error: YAMLError): Complaint {
  const offset = error.pos[0]
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return { code: 'duplicate-key', message: 'This key is given twice.', next: 'Keep one of them.' }
    case 'MULTIPLE_DOCS':
      return { code: 'several-documents', message: 'A file holds one document; here a second one begins.' }
    case 'NON_STRING_KEY':
      return { code: 'yaml-syntax', message: 'A key must be a word.' }
    case 'TAB_AS_INDENT':
      return { code: 'yaml-syntax', message: 'YAML is indented with spaces, not tabs.' }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return hinted('A colon followed by a space begins a new key here.', source, offset)
    case 'BAD_SCALAR_START':
      return hinted(`A value cannot begin with ${source.text[offset]} unless it is quoted.`, source, offset)
    case 'UNEXPECTED_TOKEN':
      return hinted('YAML takes the value to have ended before this.', source, offset)
    default:
      return { code: 'yaml-syntax', message: `${(error.message.split('\n')[0] ?? '').replace(/[.:]?$/, '.')}` }
  }
}

function hinted(message: string, source: SourceText, offset: number): Complaint {
  return { code: 'yaml-syntax', message, next: quoteHint(source, offset) }
}

function forbiddenKeys(source: SourceText, document: Document.Parsed<ParsedNode>): readonly Problem[] {
  const problems: Problem[] = []
  visit(document, {
    Pair(_, pair) {
      const key = pair.key
      if (!isScalar(key) || !FORBIDDEN_KEYS.has(key.value)) return
      const [start, end] = key.range ?? [0, 1]
      problems.push(
        problemAt(source, start, end, { code: 'forbidden-key', message: `The key ${key.value} is not allowed.` }),
      )
    },
  })
  return problems
}
