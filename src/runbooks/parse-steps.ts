import { isMap, type Node, type YAMLMap } from 'yaml'
import { suggest } from '../clusters/suggest.ts'
import type { Problem } from '../problem.ts'
import { type CarriedKind, type DraftStep, problemIn } from './draft.ts'
import { LATER_KINDS, STEP_KINDS, STEP_SCHEMAS, type StepKind } from './schema.ts'
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
  const items = itemNodes(node)
  if (items.length === 0) return { steps: [], problems: [noSteps(source, root, node)] }
  const problems: Problem[] = []
  const known = items.flatMap(item => {
    const kind = isMap(item) ? kindOf(source, item) : notAMapping(source, item ?? node)
    if (typeof kind === 'string' && isMap(item)) return [{ node: item, kind }]
    if (typeof kind === 'object') problems.push(kind)
    return []
  })
  const { ids, problems: idProblems } = claimIds(
    source,
    known.map(step => step.node),
  )
  const steps = known.map(({ node: at, kind }, index) => readStep(source, at, kind, ids[index] ?? kind))
  return {
    steps: steps.map(({ step }) => step),
    problems: [...problems, ...idProblems, ...steps.flatMap(step => step.problems)],
  }
}

function readStep(
  source: YamlSource,
  node: YAMLMap,
  kind: CarriedKind,
  id: string,
): { step: DraftStep; problems: readonly Problem[] } {
  const raw: Record<string, unknown> = node.toJS(source.document)
  const schema = STEP_SCHEMAS[kind]
  const parsed = schema.safeParse(raw)
  const keys = Object.keys(schema.shape)
  const keysAt = (path: readonly PropertyKey[]) =>
    path.length === 0 ? keys : path[0] === 'undo' ? ['use', 'with'] : []
  const problems = parsed.success
    ? []
    : schemaProblems({ source, node, what: `a ${kind} step`, keysAt }, parsed.error.issues)
  return { step: { node, id, kind, raw, ...(parsed.success ? { fields: parsed.data } : {}) }, problems }
}

/** The kind of a step, or why it has none. */
function kindOf(source: YamlSource, step: YAMLMap): CarriedKind | Problem {
  const keys = keysOf(step)
  const [kind, second] = STEP_KINDS.filter(candidate => keys.includes(candidate)).sort(
    (a, b) => keys.indexOf(a) - keys.indexOf(b),
  )
  if (kind === undefined) return noKind(source, step, keys)
  if (second !== undefined)
    return problemIn(source, spanOf(keyNode(step, second)), {
      code: 'two-kinds',
      message: `A step is one thing; this one has both ${kind} and ${second}.`,
      next: 'Make two steps of it.',
    })
  if (isCarried(kind)) return kind
  return problemIn(source, spanOf(keyNode(step, kind)), {
    code: 'later-kind',
    message: `"${kind}" steps come with a later version of ha-bot.`,
    next: `Use ${CARRIED.join(', ')}.`,
  })
}

const CARRIED = STEP_KINDS.filter(kind => isCarried(kind))

function isCarried(kind: StepKind): kind is CarriedKind {
  return !LATER_KINDS.some(later => later === kind)
}

const FIELD_KEYS: readonly string[] = [
  ...new Set(Object.values(STEP_SCHEMAS).flatMap(schema => Object.keys(schema.shape))),
]

function noKind(source: YamlSource, step: YAMLMap, keys: readonly string[]): Problem {
  const strange = keys.filter(key => !FIELD_KEYS.includes(key))
  const misspelt = strange.find(key => suggest(key, STEP_KINDS) !== undefined)
  const next = `A step has exactly one of ${CARRIED.join(', ')}.`
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
