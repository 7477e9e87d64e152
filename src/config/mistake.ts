import type { Problem } from '../problem.ts'
import { type Complaint, problemAt } from '../runbooks/source-text.ts'
import { keyNode, nodeAt, type Span, spanOf } from '../runbooks/yaml-nodes.ts'
import type { YamlSource } from '../runbooks/yaml-source.ts'

export type Path = readonly (string | number)[]

/** Something wrong in the file, by its path. `at` is what is pointed at: the value (default) or its key. */
export interface Mistake extends Complaint {
  readonly path: Path
  readonly at?: 'key' | 'value'
}

/** A mistake with its place. A path that is not in the file is shown at the nearest thing above it that is. */
export function located(source: YamlSource, mistake: Mistake): Problem {
  const { path, at = 'value', ...complaint } = mistake
  const { start, end } = spanAt(source, path, at)
  return problemAt(source, start, end, complaint)
}

function spanAt(source: YamlSource, path: Path, at: 'key' | 'value'): Span {
  const root = source.document.contents ?? undefined
  const parent = nodeAt(root, path.slice(0, -1))
  const last = path.at(-1)
  const key = typeof last === 'string' ? keyNode(parent, last) : undefined
  const found = at === 'key' ? key : nodeAt(root, path)
  if (found) return spanOf(found)
  return path.length === 0 ? spanOf(root) : spanAt(source, path.slice(0, -1), 'key')
}

/** `clusters.pvfs.nodes.node1`, `teams.oncall.members[1]`. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('')
}

/** What stands at a path of plain data, undefined where there is nothing. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    data,
  )
}

export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
}
