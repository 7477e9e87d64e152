import type { Scalar } from 'yaml'
import { suggest } from '../clusters/suggest.ts'
import type { Problem } from '../problem.ts'
import { type CommandPattern, inputsOf, readPattern } from './command-grammar.ts'
import { type Draft, problemIn } from './draft.ts'
import { complaintOf, type Finding } from './finding.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import { spanOf, textNode } from './yaml-nodes.ts'

/** The command must be readable, name only inputs, and name every input that has to be given. */
export function commandProblems(draft: Draft): readonly Problem[] {
  const command = textNode(draft.root, 'command')
  if (!command) return []
  const pattern = readPattern(command.value)
  const findings = 'findings' in pattern ? pattern.findings : inputFindings(draft, pattern)
  return findingProblems(draft, command, findings)
}

/** Findings inside a scalar as problems at their place in the file. */
export function findingProblems(
  draft: Draft,
  scalar: Scalar<string>,
  findings: readonly Finding[],
): readonly Problem[] {
  if (findings.length === 0) return []
  const offsets = scalarOffsets(draft.source.text, scalar)
  return findings.map(finding => {
    const start = offsets[Math.min(finding.start, scalar.value.length)] ?? spanOf(scalar).start
    const last = offsets[Math.min(finding.end - 1, scalar.value.length)] ?? start
    return problemIn(draft.source, { start, end: last + 1 }, complaintOf(finding))
  })
}

function inputFindings(draft: Draft, pattern: CommandPattern): readonly Finding[] {
  const used = inputsOf(pattern.parts)
  const strange = used.filter(({ name }) => !draft.inputNames.includes(name)).map(input => unknown(draft, input))
  const repeated = used
    .filter(({ name }, index) => used.findIndex(other => other.name === name) < index)
    .map(({ name, start }) => ({ ...at(name, start), message: `<${name}> stands here a second time.` }))
  const needed = Object.entries(draft.inputs).filter(
    ([, spec]) => spec.default === undefined && spec.required !== false,
  )
  const missing = needed.flatMap(([name]) => {
    const found = used.find(input => input.name === name)
    if (found && !found.isOptional) return []
    if (found)
      return [{ ...at(name, found.start), message: `<${name}> is always needed, so it cannot stand in brackets.` }]
    const next = `Add <${name}>, or give the input a default or required: false.`
    return [{ ...at('', 0), end: pattern.text.length, message: `The command does not say where ${name} stands.`, next }]
  })
  return [...strange, ...repeated, ...missing]
}

function unknown(draft: Draft, input: { readonly name: string; readonly start: number }): Finding {
  const near = suggest(input.name, draft.inputNames)
  return {
    ...at(input.name, input.start),
    message: `There is no input "${input.name}".`,
    ...(near === undefined ? {} : { suggestion: near }),
  }
}

function at(name: string, start: number): Omit<Finding, 'message'> {
  return { code: 'command', start, end: start + name.length + 2 }
}
