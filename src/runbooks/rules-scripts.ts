import { isMap, type Scalar } from 'yaml'
import type { Problem } from '../problem.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import { keyNode, keysOf, spanOf, textNode, valueNode } from './yaml-nodes.ts'

/** Scripts are never templates, and every shell variable in them has one origin. */
export function scriptProblems(draft: Draft): readonly Problem[] {
  return draft.steps.flatMap(step => [
    ...['run', 'undo'].flatMap(key => templatesIn(draft, textNode(step.node, key), step.kind === 'run')),
    ...templatesIn(draft, textNode(valueNode(step.node, 'compare'), 'command'), true),
    ...envClashes(draft, step),
  ])
}

function templatesIn(draft: Draft, script: Scalar<string> | undefined, isScript: boolean): readonly Problem[] {
  if (!script || !isScript) return []
  const found = [...script.value.matchAll(/\$\{\{(.*?)(?:\}\}|$)/gm)]
  if (found.length === 0) return []
  const offsets = scalarOffsets(draft.source.text, script)
  return found.map(match => {
    const start = offsets[match.index] ?? spanOf(script).start
    const end = offsets[match.index + match[0].length] ?? start + 3
    return problemIn(
      draft.source,
      { start, end },
      {
        code: 'template-in-script',
        message: 'A script is not a template: nothing is filled in here. Values arrive as shell variables.',
        next: insteadOf((match[1] ?? '').trim()),
      },
    )
  })
}

function insteadOf(expression: string): string {
  const input = /^inputs\.([a-z][a-z0-9_]*)$/.exec(expression)?.[1]
  return input ? `Write "$${input}".` : `Write "$value" and give the step env: { value: … }.`
}

function envClashes(draft: Draft, step: DraftStep): readonly Problem[] {
  const env = valueNode(step.node, 'env')
  if (!isMap(env)) return []
  return keysOf(env)
    .filter(name => draft.inputNames.includes(name))
    .map(name =>
      problemIn(draft.source, spanOf(keyNode(env, name)), {
        code: 'env-clash',
        message: `"${name}" is an input and therefore a shell variable already.`,
        next: 'Give the variable another name.',
      }),
    )
}
