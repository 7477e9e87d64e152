import type { Problem } from '../../problem.ts'

/**
 * One thing that `ha doctor` looked at. `broken`: something will not work, or must not be done, until it is mended.
 * `weak`: it works, and what could go wrong is said.
 */
export interface Finding {
  readonly level: 'ok' | 'weak' | 'broken'
  /** A whole sentence, with the value that was found. */
  readonly what: string
  /** What to do; "" for what is in order. */
  readonly next: string
}

export function ok(what: string): Finding {
  return { level: 'ok', what, next: '' }
}

/** Problems found elsewhere (configuration, secrets, keys) as findings. */
export function findingOf(problem: Problem, level: 'weak' | 'broken'): Finding {
  const { place, message, suggestion, next = '' } = problem
  const where = place ? `${place.file}:${place.line}:${place.column} ` : ''
  return { level, what: `${where}${message}${suggestion ? ` Did you mean ${suggestion}?` : ''}`, next }
}

/** Findings under headings, worst first; what is in order takes one line per heading unless everything is asked for. */
export interface FindingGroup {
  readonly heading: string
  readonly findings: readonly Finding[]
}

const MARKS = { ok: 'ok    ', weak: 'weak  ', broken: 'BROKEN' } as const
const ORDER = { broken: 0, weak: 1, ok: 2 } as const

/** As plain text: every finding on its line, what to do below it, and the sum at the end. */
export function renderFindings(groups: readonly FindingGroup[]): string {
  const blocks = groups.map(({ heading, findings }) => [heading, ...worstFirst(findings).flatMap(linesOf)].join('\n'))
  return `${[...blocks, summary(groups.flatMap(group => group.findings))].join('\n\n')}\n`
}

function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => ORDER[a.level] - ORDER[b.level])
}

function linesOf({ level, what, next }: Finding): readonly string[] {
  const head = `  ${MARKS[level]}  ${what}`
  return next ? [head, `          → ${next}`] : [head]
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Finding['level']) => findings.filter(finding => finding.level === level).length
  const [broken, weak] = [count('broken'), count('weak')]
  if (broken + weak === 0) return `Everything is in order (${findings.length} looked at).`
  return `${broken} broken, ${weak} weak, ${count('ok')} in order.`
}

/** Exit code of `ha doctor`: 1 when something is broken. */
export function doctorExitCode(groups: readonly FindingGroup[]): 0 | 1 {
  return groups.some(group => group.findings.some(finding => finding.level === 'broken')) ? 1 : 0
}
