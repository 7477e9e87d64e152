import { setMaxListeners } from 'node:events'
import type { Inventory } from '../clusters/inventory.ts'
import { agree } from '../clusters/stacks/agree.ts'
import { readerOf } from '../clusters/stacks/readers.ts'
import type { Answer, StackReader } from '../clusters/stacks/stack.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { bad, type Problem, type Result } from '../problem.ts'
import { assembleScript } from '../runbooks/script.ts'
import type { Clock, Shell, StatusReader } from '../runs/ports.ts'

/** Nodes whose readings must agree; a cluster of one is its own witness. */
const WITNESSES = 2

export interface StatusReaderParts {
  readonly inventory: Inventory
  readonly shell: Shell
  readonly clock: Clock
}

/**
 * Reads a cluster from two of its members at once and accepts only what both say. A member that does not answer is replaced by the next;
 * members that answered lately are asked first.
 */
export function createStatusReader(parts: StatusReaderParts): StatusReader {
  const healthy = new Map<string, number>()
  return {
    read: async (name, signal) => {
      // Every question to every node listens to it.
      setMaxListeners(0, signal)
      const cluster = parts.inventory[name]
      if (!cluster)
        return bad({ code: 'unknown-cluster', message: `There is no cluster "${name}" in the configuration.` })
      const reader = readerOf(cluster.stack)
      if (!reader.ok) return reader
      const nodes = Object.keys(cluster.nodes).sort(
        (a, b) => (healthy.get(`${name}/${b}`) ?? 0) - (healthy.get(`${name}/${a}`) ?? 0),
      )
      const read = (node: string) => readNode(parts, reader.value, name, node, signal)
      const { readings, problems } = await witnesses(nodes, read)
      for (const reading of readings) for (const node of reading.readFrom) healthy.set(`${name}/${node}`, 1)
      for (const problem of problems) healthy.set(`${name}/${problem.node}`, -1)
      if (readings.length === 0) return bad(nobodyAnswered(name, problems))
      return agree(readings)
    },
  }
}

interface NodeProblem {
  readonly node: string
  readonly problem: Problem
}

interface Witnesses {
  readonly readings: ClusterStatus[]
  readonly problems: NodeProblem[]
}

type NodeReading = { readonly node: string; readonly result: Result<ClusterStatus> }

/** Asks two at a time until two have answered or nobody is left. */
async function witnesses(nodes: readonly string[], read: (node: string) => Promise<NodeReading>): Promise<Witnesses> {
  const found: Witnesses = { readings: [], problems: [] }
  const rest = [...nodes]
  while (found.readings.length < WITNESSES && rest.length > 0) {
    const asked = rest.splice(0, WITNESSES - found.readings.length)
    for (const { node, result } of await Promise.all(asked.map(read))) {
      if (result.ok) found.readings.push(result.value)
      else found.problems.push(...result.problems.map(problem => ({ node, problem })))
    }
  }
  return found
}

async function readNode(
  parts: StatusReaderParts,
  reader: StackReader,
  cluster: string,
  node: string,
  signal: AbortSignal,
): Promise<NodeReading> {
  const { clock, shell } = parts
  const results = await Promise.all(
    reader.queries.map(query => {
      const { timeoutMs, maxBytes: keepBytes } = query
      return shell.execute({ cluster, node, script: assembleScript(query.script, {}), timeoutMs, signal, keepBytes })
    }),
  )
  const answers: Record<string, Answer> = {}
  for (const [index, result] of results.entries()) {
    if (result.kind !== 'exited') return { node, result: bad({ code: 'node-silent', message: result.reason }) }
    const { exitCode, stdout, stderr } = result
    const name = reader.queries[index]?.name ?? ''
    answers[name] = { exitCode, stdout: stdout.text, stderr: stderr.text, truncated: stdout.truncated }
  }
  return { node, result: reader.parse(answers, { cluster, node, readAt: new Date(clock.now()).toISOString() }) }
}

/** Most reasons begin with the node's name already. */
function nodeLine(node: string, message: string): string {
  return message.startsWith(node) ? message : `${node}: ${message}`
}

function nobodyAnswered(cluster: string, problems: readonly NodeProblem[]): Problem {
  const lines = [...new Set(problems.map(({ node, problem }) => nodeLine(node, problem.message)))]
  return {
    code: 'cluster-unreadable',
    message: `The status of ${cluster} could not be read from any of its nodes.`,
    excerpt: lines.join('\n'),
    stillTrue: 'Nothing was changed.',
    next: `Look at \`ha doctor\`, or at the nodes themselves.`,
  }
}
