import type { Cluster } from '../../clusters/inventory.ts'
import type { Journal, RunArchive } from '../../runs/journal.ts'
import type { Holder, Leases } from '../../runs/leases.ts'
import type { LedgerEntry, NodeLedger, Operations } from '../../runs/operations.ts'
import { ULID_PATTERN } from '../../runs/ulid.ts'

export interface RecoverParts {
  readonly journal: Pick<Journal, 'load'>
  readonly archive: Pick<RunArchive, 'read' | 'epochs'>
  readonly leases: Pick<Leases, 'holder' | 'raise' | 'release'>
  readonly operations: Pick<Operations, 'ledger'>
}

/** Who else knows a run that a node, or a lease, speaks of. */
export type Known = 'journal' | 'archive' | 'nobody'

export interface FoundOperation extends LedgerEntry {
  readonly node: string
  readonly known: Known
}

/** What is to be seen of a cluster when its Redis was lost, or is doubted. */
export interface RecoverReport {
  readonly cluster: string
  /** In the order they were claimed. */
  readonly operations: readonly FoundOperation[]
  readonly silent: readonly { readonly node: string; readonly reason: string }[]
  readonly answered: readonly string[]
  readonly lease: (Holder & { readonly epoch: number; readonly known: Known; readonly freed: boolean }) | undefined
  /** The highest epoch that a node or the archive has seen; the next one given away is higher. */
  readonly seen: number
  /** Where the counter of epochs stands now. */
  readonly counter: number
}

/**
 * Asks every node what it was asked for, raises the counter of epochs above all that was ever seen, and with `free` gives the cluster free
 * that is held by a run nobody knows. Nothing is changed on a node.
 */
export async function examine(
  parts: RecoverParts,
  cluster: Cluster,
  free: boolean,
  signal: AbortSignal,
): Promise<RecoverReport> {
  const nodes = Object.keys(cluster.nodes)
  const ledgers = await Promise.all(
    nodes.map(async node => ({ node, answer: await parts.operations.ledger(cluster.name, node, signal) })),
  )
  const read = ledgers.flatMap(({ node, answer }) => (answer.ok ? [{ node, ledger: answer.value }] : []))
  const operations = await Promise.all(read.flatMap(found => operationsOf(parts, found)))
  const seen = Math.max(
    (await parts.archive.epochs()).get(cluster.name) ?? 0,
    ...read.map(({ ledger }) => highestIn(ledger)),
  )
  const counter = await parts.leases.raise(cluster.name, seen)
  return {
    cluster: cluster.name,
    operations: operations.sort((a, b) => a.claimedAt - b.claimedAt),
    silent: ledgers.flatMap(({ node, answer }) => (answer.ok ? [] : [{ node, reason: answer.reason }])),
    answered: read.map(({ node }) => node),
    lease: await leaseOf(parts, cluster.name, free),
    seen,
    counter,
  }
}

function operationsOf(
  parts: RecoverParts,
  { node, ledger }: { node: string; ledger: NodeLedger },
): Promise<FoundOperation>[] {
  return ledger.operations.map(async entry => ({
    ...entry,
    node,
    known: await whoKnows(parts, entry.run, entry.number),
  }))
}

function highestIn({ epoch, operations }: NodeLedger): number {
  return Math.max(epoch, 0, ...operations.map(one => one.epoch))
}

/** What a node says of a run is checked before it becomes part of a path. */
async function whoKnows({ journal, archive }: RecoverParts, run: string, number: number): Promise<Known> {
  if (!ULID_PATTERN.test(run) || !Number.isSafeInteger(number)) return 'nobody'
  if (await journal.load(run)) return 'journal'
  return (await archive.read(run, number)).length > 0 ? 'archive' : 'nobody'
}

async function leaseOf(parts: RecoverParts, cluster: string, free: boolean): Promise<RecoverReport['lease']> {
  const holder = await parts.leases.holder(cluster)
  if (!holder) return undefined
  const known = await whoKnows(parts, holder.run, holder.number)
  const freed = free && known === 'nobody'
  if (freed) await parts.leases.release(cluster, holder.run, holder.epoch)
  return { ...holder, known, freed }
}

/** 5 when no node could be asked. */
export function recoverExitCode({ answered }: RecoverReport): 0 | 5 {
  return answered.length > 0 ? 0 : 5
}
