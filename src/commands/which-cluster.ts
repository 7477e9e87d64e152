import type { Inventory } from '../clusters/inventory.ts'
import { suggest } from '../clusters/suggest.ts'
import { bad, caret, good, type Problem, type Result } from '../problem.ts'
import type { Word } from './words.ts'

export interface ClusterQuestion {
  readonly inventory: Inventory
  /** Clusters whose stack knows the command. */
  readonly candidates: readonly string[]
  /** `on <cluster>`, if it was said. */
  readonly said?: Word | undefined
  /** Cluster of the channel where it was said. */
  readonly ofChannel?: string | undefined
  /** Words that name a group or a node. */
  readonly names: readonly string[]
  /** For excerpts and for saying it better. */
  readonly shown: string
  readonly offset: number
}

/** Which cluster is meant: the one that was said, else the channel's, else the one that has the name, else the only one there is. */
export function whichCluster(question: ClusterQuestion): Result<string> {
  const { inventory, candidates, said, ofChannel } = question
  if (said) return Object.hasOwn(inventory, said.text) ? good(said.text) : bad(unknown(question, said))
  if (ofChannel !== undefined && Object.hasOwn(inventory, ofChannel)) return good(ofChannel)
  const having = candidates.filter(name => question.names.some(word => has(inventory, name, word)))
  const [only, ...others] = having.length > 0 ? having : candidates
  if (only !== undefined && others.length === 0) return good(only)
  return bad(having.length > 1 ? severalHave(question, having) : notSaid(question))
}

function has(inventory: Inventory, cluster: string, name: string): boolean {
  const { nodes, groups } = inventory[cluster] ?? { nodes: {}, groups: {} }
  return Object.hasOwn(nodes, name) || Object.hasOwn(groups, name)
}

function unknown({ inventory, shown, offset }: ClusterQuestion, said: Word): Problem {
  const names = Object.keys(inventory)
  const suggestion = suggest(said.text, names)
  return {
    code: 'unknown-cluster',
    message: `There is no cluster "${said.text}".`,
    excerpt: caret(shown, said.start + offset, said.end - said.start),
    ...(suggestion !== undefined && { suggestion }),
    stillTrue: 'Nothing ran.',
    next: `Clusters: ${names.join(', ')}.`,
  }
}

function severalHave({ names, inventory, shown }: ClusterQuestion, having: readonly string[]): Problem {
  const name = names.find(word => having.every(cluster => has(inventory, cluster, word))) ?? names[0]
  return {
    code: 'ambiguous-name',
    message: `${having.join(' and ')} both have a "${name}".`,
    stillTrue: 'Nothing ran.',
    next: `Say which one: ${having.map(cluster => `${shown} on ${cluster}`).join('  or  ')}`,
  }
}

function notSaid({ inventory, shown }: ClusterQuestion): Problem {
  const names = Object.keys(inventory)
  if (names.length === 0)
    return { code: 'no-clusters', message: 'There are no clusters in the configuration.', next: 'Add one to ha.yaml.' }
  return {
    code: 'which-cluster',
    message: `There are ${names.length} clusters: ${names.join(', ')}.`,
    stillTrue: 'Nothing ran.',
    next: `Say which one: ${shown} on ${names[0]}`,
  }
}
