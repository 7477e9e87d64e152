import { join } from 'node:path'
import { createOutputArchive } from '../../src/adapters/archive/output.ts'
import type { Lifecycle } from '../../src/lifecycle.ts'
import { createRedactor } from '../../src/transcripts/redact.ts'
import { openJournal } from '../ha-bot/journal.ts'
import { type Contender, roundRobin, timed } from '../measure/rounds.ts'
import { type Conditions, filled, type Section } from '../measure/section.ts'
import { withLifecycle } from '../measure/with-lifecycle.ts'
import { connectBare } from '../ssh/bare.ts'
import { openChanges } from '../ssh/changes.ts'
import { type Nodes, startNodes } from '../ssh/nodes.ts'
import { execute, openShell } from '../ssh/ours.ts'
import { claimHere } from './here.ts'
import { CHANGES } from './loads.ts'
import { claimedChange } from './ours.ts'
import { NAMES, named, rowsOf } from './rows.ts'
import { tappedShell } from './tapped-shell.ts'

/** A change that is journalled, claimed on its node, followed and journalled again, next to a plain exec of the same. */
export async function measureChange({ quick, folder, signal }: Conditions): Promise<Section> {
  return await withLifecycle(async lifecycle => {
    const nodes = await startNodes(1, {}, lifecycle)
    const contenders = [...(await ours(nodes, folder, lifecycle)), ...(await peers(nodes, lifecycle))]
    for (const load of CHANGES) contenders.push(await claimHere(join(folder, 'ledger'), load))
    const samples = await roundRobin(contenders, { rounds: quick ? 5 : 40, warmUps: 2 }, signal)
    return { title: 'A change on one node, warm', rows: filled(CHANGES.flatMap(rowsOf), samples), notes: NOTES }
  })
}

/** The change and the plain exec share one connection. */
async function ours(nodes: Nodes, folder: string, lifecycle: Lifecycle): Promise<Contender[]> {
  const plain = openShell(nodes)
  lifecycle.add('our connections', () => plain.close())
  const shell = tappedShell(plain)
  const { journal, archive } = await openJournal(folder, lifecycle)
  const redactor = createRedactor()
  const outputs = createOutputArchive(archive, () => redactor.stream())
  const parts = { journal, outputs, shell, operations: await openChanges(nodes, shell) }
  return CHANGES.flatMap(load => [
    claimedChange(parts, load),
    timed(named(NAMES.ours, load), async () => mustSucceed(await execute(plain, 'node1', load.script))),
  ])
}

async function peers({ logins }: Nodes, lifecycle: Lifecycle): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const login of logins) {
    const bare = await connectBare(login, 'at once')
    lifecycle.add('a bare connection', () => bare.close())
    for (const load of CHANGES)
      contenders.push(timed(named(NAMES.bare, load), async () => mustSucceed(await bare.exec(load.script))))
  }
  return contenders
}

function mustSucceed({ exitCode }: { readonly exitCode: number }): void {
  if (exitCode !== 0) throw new Error(`a plain exec ended with ${exitCode}`)
}

const NOTES = [
  'A claimed change: the intention in Redis and in the archive (both fsynced), its script put on the node and checked there, the claim (fsynced on the node), the change in a process group of its own, its output and its end followed, the output file closed, the result written as the intention was. Runner and connection are there.',
  'The bar is what all of that takes beyond a plain exec of the same over the same connection. `sleep` is followed by polling: every 10 ms at first, then after a tenth of the time that passed, at last every 250 ms, so the end of a longer change is seen up to that much later.',
  '“On this computer, without SSH” is the runner by itself: what is left between that row and “claimed, run and followed” is SSH and the client.',
]
