import { setMaxListeners } from 'node:events'
import type { Cluster, Inventory } from '../clusters/inventory.ts'
import { DETECT, detected, wrongStack } from '../clusters/stacks/detect.ts'
import { readerOf } from '../clusters/stacks/readers.ts'
import type { Answer, Query, StackReader } from '../clusters/stacks/stack.ts'
import type { ClusterStatus } from '../clusters/status.ts'
import { bad, type Problem, type Result } from '../problem.ts'
import { assembleScript } from '../runbooks/script.ts'
import type { Clock, ExecutionResult, Shell, StatusReader } from '../runs/ports.ts'

/** Nodes whose readings must agree where each sees the whole; a cluster of one is its own witness. */
const WITNESSES = 2

export interface StatusReaderParts {
  readonly inventory: Inventory
  readonly shell: Shell
  readonly clock: Clock
}

/**
 * Reads a cluster from two of its members at once, or from all where the stack needs that, and accepts only what does not contradict. A
 * member that does not answer is replaced by the next; members that answered lately are asked first.
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
      const nodes = Object.keys(cluster.nodes).sort(
        (a, b) => (healthy.get(`${name}/${b}`) ?? 0) - (healthy.get(`${name}/${a}`) ?? 0),
      )
      const read = (node: string) => readNode(parts, reader, cluster, node, signal)
      const wanted = reader.asks === 'all' ? nodes.length : WITNESSES
      const { readings, problems } = await witnesses(nodes, wanted, read)
      for (const reading of readings) for (const node of reading.readFrom) healthy.set(`${name}/${node}`, 1)
      for (const problem of problems) healthy.set(`${name}/${problem.node}`, -1)
      if (readings.length === 0) return bad(nobodyAnswered(name, problems))
      return reader.combine(
        readings,
        problems.map(({ node }) => node),
      )
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

/** Asks as many as are wanted, and others for those that did not answer, until enough have or nobody is left. */
async function witnesses(
  nodes: readonly string[],
  wanted: number,
  read: (node: string) => Promise<NodeReading>,
): Promise<Witnesses> {
  const found: Witnesses = { readings: [], problems: [] }
  const rest = [...nodes]
  while (found.readings.length < wanted && rest.length > 0) {
    const asked = rest.splice(0, wanted - found.readings.length)
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
  { name: cluster, nodes, stack }: Cluster,
  node: string,
  signal: AbortSignal,
): Promise<NodeReading> {
  const ask = async ({ script, timeoutMs, maxBytes: keepBytes }: Query) =>
    await parts.shell.execute({ cluster, node, script: assembleScript(script, {}), timeoutMs, signal, keepBytes })
  const results = await Promise.all(reader.queries.map(ask))
  const answers: Record<string, Answer> = {}
  for (const [index, result] of results.entries()) {
    if (result.kind !== 'exited') return { node, result: bad({ code: 'node-silent', message: result.reason }) }
    answers[reader.queries[index]?.name ?? ''] = answerOf(result)
  }
  const readAt = new Date(parts.clock.now()).toISOString()
  const context = { cluster, node, nodes: Object.keys(nodes), readAt }
  const result = reader.parse(answers, context)
  if (result.ok) return { node, result }
  // Of a node that does not answer as it should, what it is set up for may be all there is to say.
  const shown = await ask(DETECT)
  const said = detected(shown.kind === 'exited' ? answerOf(shown) : undefined)
  const isOther = said.found.length > 0 && !said.found.some(found => found.stack === stack)
  return { node, result: isOther ? bad(wrongStack(context, stack, said)) : result }
}

function answerOf({ exitCode, stdout, stderr }: Extract<ExecutionResult, { kind: 'exited' }>): Answer {
  return { exitCode, stdout: stdout.text, stderr: stderr.text, truncated: stdout.truncated }
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
