import { columns } from '../../transcripts/columns.ts'
import { stampText } from '../../transcripts/times.ts'
import type { FoundOperation, Known, RecoverReport } from './examine.ts'

const KNOWN: Readonly<Record<Known, string>> = {
  journal: '',
  archive: 'only the archive knows this run',
  nobody: 'nobody else knows this run',
}

/** What was found, for a terminal. */
export function recoverText(report: RecoverReport): string {
  const blocks = [operationsText(report), ...silentText(report), leaseText(report), epochText(report)]
  return blocks.join('\n\n')
}

function operationsText({ cluster, operations, answered }: RecoverReport): string {
  if (answered.length === 0) return `No node of ${cluster} answered: it is not known what was carried out there.`
  if (operations.length === 0) return `${answered.join(', ')}: no changes on record.`
  const heading = ['node', 'run', 'step', 'state', 'exit', 'claimed (clock of the node)', 'epoch', '']
  return [`Changes on record on the nodes of ${cluster}:`, ...columns([heading, ...operations.map(row)])].join('\n')
}

function row(one: FoundOperation): string[] {
  const exit = one.exitCode === undefined ? '' : String(one.exitCode)
  const claimed = Number.isFinite(one.claimedAt) ? stampText(one.claimedAt) : ''
  return [one.node, `#${one.number}`, one.step, one.state, exit, claimed, String(one.epoch), KNOWN[one.known]]
}

function silentText({ silent }: RecoverReport): string[] {
  if (silent.length === 0) return []
  const lines = silent.map(({ node, reason }) => `${node} could not be asked: ${reason}`)
  return [[...lines, 'What was carried out there is not known. Ask again when it answers.'].join('\n')]
}

function leaseText({ cluster, lease }: RecoverReport): string {
  if (!lease) return `${cluster} is held by no run.`
  const held = `${cluster} is held by #${lease.number} since ${stampText(lease.since)}, epoch ${lease.epoch}.`
  if (lease.known === 'journal') return `${held} See ha show ${lease.number}.`
  if (lease.known === 'archive')
    return `${held} Only the archive knows it: a running worker puts it back, or says in its log why not.`
  if (lease.freed) return `${held}\nNeither the journal nor the archive knows it. It was freed.`
  return `${held}\nNeither the journal nor the archive knows it. Look at the cluster; then free it: ha recover ${cluster} --free`
}

function epochText({ seen, counter }: RecoverReport): string {
  return `The highest epoch seen is ${seen}. The next run gets ${counter + 1}, so the nodes will listen to it.`
}
