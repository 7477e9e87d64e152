import type { LabNode } from '../node.ts'
import { until } from '../until.ts'

const LIMIT_MS = 120_000

/**
 * Waits until both nodes are active in both directions, and each holds its own resources. `local` is also the word of a node that prefers
 * none: after a start nobody holds the other's (seen on Heartbeat 3.0.6 with `auto_failback off`).
 */
export async function waitForOwners(nodes: readonly LabNode[], signal?: AbortSignal): Promise<void> {
  await until({ what: 'both nodes active, each with its own resources', limitMs: LIMIT_MS, signal }, async () => {
    const sights = await Promise.all(nodes.map(async node => await sight(node, nodes)))
    if (sights.every(text => text === 'active active local')) return undefined
    return nodes.map(({ name }, index) => `${name}: ${sights[index]}`).join('; ')
  })
}

/** A node that is dead, and whose resources are taken over: before that, Heartbeat resets it. */
export async function missed(node: string, witness: LabNode): Promise<boolean> {
  const { stdout } = await witness.inspect(`cl_status nodestatus ${node}; cl_status rscstatus`)
  return stdout.trim().replaceAll('\n', ' ') === 'dead all'
}

/** `active active local`: how it sees each node, and what it holds. */
async function sight(node: LabNode, nodes: readonly LabNode[]): Promise<string> {
  const states = nodes.map(({ name }) => `cl_status nodestatus ${name}`).join('; ')
  const { stdout, stderr } = await node.inspect(`${states}; cl_status rscstatus`)
  return stdout.trim().replaceAll('\n', ' ') || stderr.trim()
}
