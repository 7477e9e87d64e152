import { createHash } from 'node:crypto'
import { isMap, type YAMLMap } from 'yaml'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { expressionProblems } from './check-expressions.ts'
import { type Draft, type DraftStep, problemIn } from './draft.ts'
import { readSteps } from './parse-steps.ts'
import { ruleProblems } from './rules.ts'
import { InputSpec, type LoadedRunbook, type Runbook, RunbookHead, type Step } from './schema.ts'
import { schemaProblems } from './schema-problems.ts'
import { inReadingOrder } from './source-text.ts'
import { keysOf, spanOf, valueNode } from './yaml-nodes.ts'
import { readYaml, type YamlSource } from './yaml-source.ts'

/** What a runbook without `timeout` may take. */
const DEFAULT_TIMEOUT_MS = 15 * 60_000

/**
 * Reads one runbook. `file` is what people know it by. Everything wrong with it is reported at once, each at its line and column;
 * only where the text is not even YAML that may be used, nothing beyond that is looked at.
 */
export function parseRunbook(file: string, text: string): Result<LoadedRunbook> {
  const yaml = readYaml({ file, text })
  if (!yaml.ok) return yaml
  const root = yaml.value.document.contents
  if (!isMap(root)) return bad(notARunbook(yaml.value))
  const { draft, problems } = draftOf(yaml.value, root)
  const all = [...problems, ...ruleProblems(draft), ...expressionProblems(draft)]
  if (all.length > 0) return bad(...inReadingOrder(all))
  return good({ runbook: finished(draft), file, text, sha256: createHash('sha256').update(text).digest('hex') })
}

function draftOf(source: YamlSource, root: YAMLMap): { draft: Draft; problems: readonly Problem[] } {
  const raw: Record<string, unknown> = root.toJS(source.document)
  const { steps: _, ...rest } = raw
  const head = RunbookHead.safeParse(rest)
  const { steps, problems } = readSteps(source, root)
  const headProblems = head.success
    ? []
    : schemaProblems({ source, node: root, what: 'a runbook', keysAt }, head.error.issues)
  const inputs = valueNode(root, 'inputs')
  const inputNames = isMap(inputs) ? keysOf(inputs) : []
  const draft = {
    source,
    root,
    steps,
    inputNames,
    inputs: readableInputs(raw['inputs']),
    ...(head.success ? { head: head.data } : {}),
  }
  return { draft, problems: [...headProblems, ...problems] }
}

function keysAt(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return [...Object.keys(RunbookHead.shape), 'steps']
  return path[0] === 'inputs' && path.length === 2 ? Object.keys(InputSpec.shape) : []
}

function readableInputs(raw: unknown): Readonly<Record<string, InputSpec>> {
  if (typeof raw !== 'object' || raw === null) return {}
  return Object.fromEntries(
    Object.entries(raw).flatMap(([name, spec]) => {
      const parsed = InputSpec.safeParse(spec)
      return parsed.success ? [[name, parsed.data] as const] : []
    }),
  )
}

/** Called only when there is no problem: then the schemas accepted the head and every step. */
function finished(draft: Draft): Runbook {
  if (!draft.head) throw new Error('a runbook without problems has a head')
  const { timeout, inputs, secrets, ...head } = draft.head
  return {
    ...head,
    inputs: inputs ?? {},
    secrets: secrets ?? {},
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    steps: stepsWithin(draft, undefined),
  }
}

/** `fields` came from the schema of this very kind; only the inner steps of a `rolling` are read by themselves. */
function finishedStep(draft: Draft, { kind, id, fields }: DraftStep): Step {
  return { ...fields, kind, id, ...(kind === 'rolling' && { steps: stepsWithin(draft, id) }) } as Step
}

function stepsWithin(draft: Draft, rolling: string | undefined): readonly Step[] {
  return draft.steps.filter(step => step.within?.id === rolling).map(step => finishedStep(draft, step))
}

function notARunbook(source: YamlSource): Problem {
  return problemIn(source, spanOf(source.document.contents ?? undefined), {
    code: 'not-a-runbook',
    message: 'This is not a runbook: it must be a mapping with apiVersion, name, steps and more.',
  })
}
