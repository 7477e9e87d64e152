import { bad, good, type Result } from '../../../problem.ts'
import type { Answers, ReadingContext } from '../stack.ts'
import { notUnderstood } from '../xml.ts'
import { linesOf, whose } from './answers.ts'

export interface CmanNode {
  readonly id: number
  readonly name: string
  /** `M` member, `X` not a member, `d` disallowed. */
  readonly status: string
}

export interface Cman {
  /** Activity is blocked: what is left of the cluster has no quorum. */
  readonly blocked: boolean
  /** Version of the configuration that runs; the file may have another. */
  readonly configVersion: string
  readonly nodes: readonly CmanNode[]
}

/** `cman_tool status` and `cman_tool nodes` (ha-stacks.md §7). */
export function readCman(answers: Answers, context: ReadingContext): Result<Cman> {
  const status = linesOf('status', answers, context)
  if (!status.ok) return status
  const quorum = saidOf(status.value, 'Quorum')
  const configVersion = saidOf(status.value, 'Config Version')
  if (quorum === undefined || configVersion === undefined)
    return bad(notUnderstood(whose('status', context), 'it says nothing of quorum or of the configuration'))
  const nodes = nodesOf(answers, context)
  return nodes.ok ? good({ blocked: /Activity blocked/.test(quorum), configVersion, nodes: nodes.value }) : nodes
}

function saidOf(lines: readonly string[], name: string): string | undefined {
  return lines
    .find(line => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim()
}

const NODE = /^\s*(\d+)\s+([A-Za-z])\s+\d+\s+(?:\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\s+)?(\S+)\s*$/

/** A quorum disk has the id 0 and is not a node. */
function nodesOf(answers: Answers, context: ReadingContext): Result<readonly CmanNode[]> {
  const lines = linesOf('nodes', answers, context)
  if (!lines.ok) return lines
  const read = lines.value.filter(line => !line.startsWith('Node') && line.trim() !== '').map(line => NODE.exec(line))
  const nodes = read.flatMap(match => {
    const [, id = '', status = '', name = ''] = match ?? []
    return match ? [{ id: Number(id), status, name }] : []
  })
  if (nodes.length === 0 || nodes.length < read.length)
    return bad(notUnderstood(whose('nodes', context), 'not every line names a node, its state and its id'))
  return good(nodes.filter(node => node.id !== 0))
}
