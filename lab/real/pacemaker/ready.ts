import type { LabNode } from '../node.ts'
import type { BootedCluster } from '../stack.ts'
import { until } from '../until.ts'
import { fencingConfiguration, groupsConfiguration } from './cib.ts'
import { GROUP_NAMES, GROUPS } from './groups.ts'
import { readMonitor, type Sight } from './monitor.ts'

const LIMIT_MS = 120_000

/** Waits until every node sees all of them online, quorate and with the same DC. */
export async function waitForMembers(nodes: readonly LabNode[], signal?: AbortSignal): Promise<void> {
  await until({ what: `${nodes.length} nodes online with quorum`, limitMs: LIMIT_MS, signal }, async () => {
    const sights = await Promise.all(nodes.map(look))
    const views = new Set(sights.map(membership))
    if (views.size === 1 && sights.every(sight => complete(sight, nodes.length))) return undefined
    return nodes.map((node, index) => `${node.name} sees ${describe(sights[index] ?? '')}`).join('; ')
  })
}

/** Gives the cluster its groups and what fences its nodes, and waits until all of it runs and nothing more is to do. */
export async function startGroups(cluster: BootedCluster, signal?: AbortSignal): Promise<void> {
  const { names, seats, nodes, fencing } = cluster
  const [node] = nodes
  if (!node) throw new Error('A cluster without nodes has no groups.')
  await configure(node, groupsConfiguration(names))
  if (fencing) await configure(node, fencingConfiguration(seats, fencing))
  await until({ what: 'every group on the node it prefers, settled', limitMs: LIMIT_MS, signal }, async () => {
    const sight = await look(node)
    if (typeof sight === 'string' || !placed(sight)) return describe(sight)
    // The DC's controller rests in S_IDLE when no transition runs and none is to be computed.
    const { stdout, stderr } = await node.inspect(`crmadmin --status ${sight.dc}`)
    return stdout.includes('S_IDLE: ok') ? undefined : stdout || stderr
  })
}

/** Pacemaker forgets "unclean" when the fencer has told it, and the fencer tells everybody at once. */
export async function missed(node: string, witness: LabNode): Promise<boolean> {
  const sight = await look(witness)
  if (typeof sight === 'string' || !sight.online.includes(witness.name)) return false
  return ![...sight.online, ...sight.unclean, ...sight.fencing].includes(node)
}

async function configure(node: LabNode, configuration: string): Promise<void> {
  const whole = `<configuration>${configuration}</configuration>`
  const answer = await node.inspect(`cibadmin --modify --xml-text '${whole}'`)
  if (answer.exitCode !== 0) throw new Error(`The cluster refused its groups (${answer.exitCode}): ${answer.stderr}`)
}

/** A string says why there is nothing to see. */
async function look(node: LabNode): Promise<Sight | string> {
  const { exitCode, stdout, stderr } = await node.inspect('crm_mon -1 --output-as=xml')
  return exitCode === 0 ? readMonitor(stdout) : stderr || `crm_mon ended with ${exitCode}`
}

function complete(sight: Sight | string, nodes: number): boolean {
  return typeof sight !== 'string' && sight.quorate && sight.dc !== '' && sight.online.length === nodes
}

function placed(sight: Sight): boolean {
  return GROUP_NAMES.every(group => sight.runsOn[group]?.join() === GROUPS[group].prefers)
}

function membership(sight: Sight | string): string {
  if (typeof sight === 'string') return sight.trim()
  const quorum = sight.quorate ? 'quorate' : 'no quorum'
  return `DC ${sight.dc || 'none'}, ${quorum}, online ${sight.online.join(' ') || 'none'}`
}

function describe(sight: Sight | string): string {
  if (typeof sight === 'string') return sight.trim()
  const groups = Object.entries(sight.runsOn).map(([group, nodes]) => `${group} on ${nodes.join('+') || 'none'}`)
  return [membership(sight), ...groups].join(', ')
}
