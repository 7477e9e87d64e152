import { listed } from '../clusters/lookup.ts'
import { bad, good, type Result } from '../problem.ts'
import { type Planning, planValue } from './planning.ts'

/**
 * The nodes a step runs on, chosen once. `any` is one healthy member, the controller first, but never a node that a `node` input names:
 * that one is what the change is about. `all` is every node of the inventory that is online. Inside a rolling it is the node whose turn it is
 * unless the step says otherwise, and `any` is another one.
 */
export function planHosts(
  step: { readonly id: string; readonly hosts?: string | undefined },
  planning: Planning,
): Result<readonly string[]> {
  const { inputs, runbook, place } = planning
  const { status, cluster } = planning.request
  const known = Object.keys(cluster.nodes)
  if (step.hosts === undefined && place?.host !== undefined) return good([place.host])
  if (step.hosts === undefined || step.hosts === 'any') {
    const named = Object.keys(runbook.inputs).filter(name => runbook.inputs[name]?.type === 'node')
    const avoid = new Set([place?.host, ...named.map(name => String(inputs[name] ?? ''))])
    const [host] = known
      .filter(name => isHealthy(planning, name) && !avoid.has(name))
      .sort((a, b) => rank(planning, a) - rank(planning, b))
    return host === undefined
      ? bad(
          noHost(
            status.cluster,
            [...avoid].flatMap(name => name || []),
          ),
        )
      : good([host])
  }
  if (step.hosts === 'all') {
    const online = known.filter(name => status.nodes[name]?.online)
    return online.length > 0 ? good(online) : bad(noHost(status.cluster))
  }
  const names = planValue(step.hosts, 'names', planning, step.id)
  if (!names.ok) return names
  const strangers = names.value.filter(name => !known.includes(name))
  if (names.value.length === 0) return bad(noHost(status.cluster, [], step.id))
  // A node that is named twice is still one node: nothing happens twice on it.
  return strangers.length === 0
    ? good([...new Set(names.value)])
    : bad({
        code: 'unknown-node',
        message: `Step "${step.id}" names ${strangers.join(', ')}, which the inventory does not have.`,
        stillTrue: 'Nothing was changed.',
      })
}

function isHealthy({ request }: Planning, name: string): boolean {
  const node = request.status.nodes[name]
  if (!node) return false
  return node.online && !node.pending && !node.unclean && !node.shutdown
}

/** The controller first, then members that take part fully, then the others; the inventory's order decides between equals. */
function rank({ request }: Planning, name: string): number {
  const node = request.status.nodes[name]
  if (node?.dc) return 0
  return node?.standby || node?.maintenance ? 2 : 1
}

function noHost(cluster: string, besides: readonly string[] = [], step = '') {
  const other = besides.length > 0 ? ` besides ${listed(besides)}` : ''
  return {
    code: 'no-host',
    message: `${step ? `Step "${step}": there` : 'There'} is no healthy node of ${cluster}${other} to carry this out.`,
    stillTrue: 'Nothing was changed.',
    next: `See /ha status on ${cluster}.`,
  }
}
