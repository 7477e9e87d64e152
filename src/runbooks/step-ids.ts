import { isScalar, type YAMLMap } from 'yaml'
import type { Problem } from '../problem.ts'
import { problemIn } from './draft.ts'
import { STEP_ID_PATTERN, STEP_KINDS } from './schema.ts'
import { keysOf, spanOf, valueNode } from './yaml-nodes.ts'
import type { YamlSource } from './yaml-source.ts'

const LONGEST_ID = 40

/** An id for every step: the author's, else one from its name or kind, made different by a number. Ids given twice are problems. */
export function claimIds(
  source: YamlSource,
  steps: readonly YAMLMap[],
): { readonly ids: readonly string[]; readonly problems: readonly Problem[] } {
  const own = steps.map(ownId)
  const taken = new Set(own.filter(id => id !== undefined))
  const seen = new Set<string>()
  const problems: Problem[] = []
  const ids = steps.map((step, index) => {
    const id = own[index]
    if (id === undefined) return unused(wishedId(step), taken)
    if (seen.has(id)) problems.push(twice(source, step, id))
    seen.add(id)
    return id
  })
  return { ids, problems }
}

function ownId(step: YAMLMap): string | undefined {
  const node = valueNode(step, 'id')
  return isScalar(node) && typeof node.value === 'string' && STEP_ID_PATTERN.test(node.value) ? node.value : undefined
}

function wishedId(step: YAMLMap): string {
  const kind = STEP_KINDS.find(candidate => keysOf(step).includes(candidate)) ?? 'step'
  const name = valueNode(step, 'name')
  if (kind === 'approve' || !isScalar(name) || typeof name.value !== 'string') return kind
  const slug = name.value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST_ID)
    .replace(/-+$/, '')
  return slug === '' ? kind : slug
}

/** `approve`, `approve-2`, `approve-3`, … */
function unused(wished: string, taken: Set<string>): string {
  let id = wished
  for (let number = 2; taken.has(id); number++) id = `${wished}-${number}`
  taken.add(id)
  return id
}

function twice(source: YamlSource, step: YAMLMap, id: string): Problem {
  return problemIn(source, spanOf(valueNode(step, 'id')), {
    code: 'duplicate-id',
    message: `Another step has the id "${id}" already.`,
    next: 'Give each step an id of its own.',
  })
}
