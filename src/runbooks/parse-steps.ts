import { isMap, type Node, type YAMLMap } from 'yaml'
import { suggest } from '../clusters/suggest.ts'
import type { Problem } from '../problem.ts'
import { type DraftStep, problemIn } from './draft.ts'
import { CompareStep, CopyStep, RollingStep, STEP_KINDS, STEP_SCHEMAS, type StepKind } from './schema.ts'
import { schemaProblems, spanUnder } from './schema-problems.ts'
import { claimIds } from './step-ids.ts'
import { firstKeySpan, itemNodes, keyNode, keysOf, spanOf, valueNode } from './yaml-nodes.ts'
import type { YamlSource } from './yaml-source.ts'

/** The steps that could be told apart, and what is wrong with the others and inside them. */
export interface ReadSteps {
  readonly steps: readonly DraftStep[]
  readonly problems: readonly Problem[]
}

/** Reads `steps`: each step's kind is found by its key first, so that a typo gives one clear message about that kind. */
export function readSteps(source: YamlSource, root: YAMLMap): ReadSteps {
  const node = valueNode(root, 'steps')
  const { known, problems } = toldApart(source, node)
  if (known.length + problems.length === 0) return { steps: [], problems: [noSteps(source, root, node)] }
  const { ids, problems: idProblems } = claimIds(
    source,
    known.map(step => step.node),
  )
  const steps: DraftStep[] = []
  const inside: Problem[] = []
  for (const [index, { node: at, kind, parent }] of known.entries()) {
    const within = parent && steps.find(step => step.node === parent)
    const read = readStep(source, at, kind, ids[index] ?? kind)
    steps.push({ ...read.step, ...(within && { within }) })
    inside.push(...read.problems)
  }
  return { steps, problems: [...problems, ...idProblems, ...inside] }
}

interface Known {
  readonly node: YAMLMap
  readonly kind: StepKind
  readonly parent: YAMLMap | undefined
}

/** The steps of a list and, behind each `rolling`, its inner ones. */
function toldApart(
  source: YamlSource,
  list: Node | undefined,
  parent?: YAMLMap,
): { known: readonly Known[]; problems: readonly Problem[] } {
  const known: Known[] = []
  const problems: Problem[] = []
  for (const item of itemNodes(list)) {
    const kind = isMap(item) ? kindOf(source, item) : notAMapping(source, item ?? list)
    if (typeof kind === 'object') problems.push(kind)
    if (typeof kind !== 'string' || !isMap(item)) continue
    known.push({ node: item, kind, parent })
    if (kind !== 'rolling' || parent) continue
    const inner = toldApart(source, valueNode(item, 'steps'), item)
    known.push(...inner.known)
    problems.push(...inner.problems)
  }
  return { known, problems }
}

function readStep(
  source: YamlSource,
  node: YAMLMap,
  kind: StepKind,
  id: string,
): { step: DraftStep; problems: readonly Problem[] } {
  const raw: Record<string, unknown> = node.toJS(source.document)
  const schema = STEP_SCHEMAS[kind]
  const parsed = schema.safeParse(raw)
  const keys = Object.keys(schema.shape)
  const keysAt = (path: readonly PropertyKey[]) => (path.length === 0 ? keys : (KEYS_BELOW[String(path[0])] ?? []))
  const problems = parsed.success
    ? []
    : schemaProblems({ source, node, what: `a ${kind} step`, keysAt }, parsed.error.issues)
  return { step: { node, id, kind, raw, ...(parsed.success ? { fields: parsed.data } : {}) }, problems }
}

const KEYS_BELOW: Readonly<Record<string, readonly string[]>> = {
  undo: ['use', 'with'],
  rolling: Object.keys(RollingStep.shape.rolling.shape),
  copy: Object.keys(CopyStep.shape.copy.shape),
  compare: Object.keys(CompareStep.shape.compare.shape),
}

/** The kind of a step, or why it has none. */
function kindOf(source: YamlSource, step: YAMLMap): StepKind | Problem {
  const keys = keysOf(step)
  const [kind, second] = STEP_KINDS.filter(candidate => keys.includes(candidate)).sort(
    (a, b) => keys.indexOf(a) - keys.indexOf(b),
  )
  if (kind === undefined) return noKind(source, step, keys)
  if (second === undefined) return kind
  return problemIn(source, spanOf(keyNode(step, second)), {
    code: 'two-kinds',
    message: `A step is one thing; this one has both ${kind} and ${second}.`,
    next: 'Make two steps of it.',
  })
}

const FIELD_KEYS: readonly string[] = [
  ...new Set(Object.values(STEP_SCHEMAS).flatMap(schema => Object.keys(schema.shape))),
]

function noKind(source: YamlSource, step: YAMLMap, keys: readonly string[]): Problem {
  const strange = keys.filter(key => !FIELD_KEYS.includes(key))
  const misspelt = strange.find(key => suggest(key, STEP_KINDS) !== undefined)
  const next = `A step has exactly one of ${STEP_KINDS.join(', ')}.`
  if (misspelt === undefined)
    return problemIn(source, firstKeySpan(step), { code: 'no-kind', message: 'This step does nothing.', next })
  const near = suggest(misspelt, STEP_KINDS)
  return problemIn(source, spanOf(keyNode(step, misspelt)), {
    code: 'no-kind',
    message: `There is no "${misspelt}" in a step.`,
    ...(near === undefined ? {} : { suggestion: near }),
    next,
  })
}

function notAMapping(source: YamlSource, node: Node | undefined): Problem {
  const next = `Write it like - run: crm_mon --one-shot`
  return problemIn(source, spanOf(node), { code: 'wrong-type', message: 'A step is a mapping of keys.', next })
}

function noSteps(source: YamlSource, root: YAMLMap, node: Node | undefined): Problem {
  const message = node ? '"steps" must be a list with at least one step.' : '"steps" is missing in a runbook.'
  const span = node ? spanUnder(root, 'steps') : firstKeySpan(root)
  return problemIn(source, span, { code: node ? 'wrong-type' : 'missing-key', message })
}
