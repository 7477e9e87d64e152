import type { ClusterStatus, GroupStatus, NodeStatus } from './status.ts'

/**
 * A dictionary by name. It has no prototype: names come from a cluster, and one of them may be `constructor`.
 */
export function byName<T extends { readonly name: string }>(items: readonly T[]): Readonly<Record<string, T>> {
  const dictionary: Record<string, T> = Object.create(null)
  for (const item of items) dictionary[item.name] = item
  return dictionary
}

/** The entry of that name, whatever the dictionary was made by (a status read back from JSON has a prototype). */
export function entry<T>(dictionary: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(dictionary, name) ? dictionary[name] : undefined
}

export function nodeOf(status: ClusterStatus, name: string): NodeStatus | undefined {
  return entry(status.nodes, name)
}

export function groupOf(status: ClusterStatus, name: string): GroupStatus | undefined {
  return entry(status.groups, name)
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
