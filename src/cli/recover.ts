import { openOperations } from '../app/operations.ts'
import { openRecovery } from '../app/recovery.ts'
import { openShell } from '../app/worker.ts'
import type { Core } from '../app.ts'
import { entry } from '../clusters/lookup.ts'
import { examine, recoverExitCode } from '../commands/recover/examine.ts'
import { recoverText } from '../commands/recover/text.ts'
import { problemText } from '../problem.ts'
import type { RecoveryNews } from '../workers/recovery.ts'
import { type CliContext, withCore } from './context.ts'
import { refuse } from './output.ts'

const NODES_MS = 60_000

/**
 * `ha recover <cluster>`: after a lost Redis, what the archive and the nodes still know. Puts back what the archive has and lets epochs go on
 * above all that was seen. Exit code 5 when no node answered.
 */
export async function recoverCommand(
  context: CliContext,
  name: string,
  { free = false }: { free?: boolean },
): Promise<number> {
  return await withCore(context, async core => {
    const cluster = entry(core.config.inventory, name)
    if (!cluster) return refuse(context.out, [unknownCluster(core, name)])
    const operations = await openOperations(core, openShell(core))
    if (!operations.ok) return refuse(context.out, operations.problems)
    const { journal, archive, leases } = core
    const news: RecoveryNews[] = []
    await openRecovery(core, journal, leases, one => news.push(one)).round()
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(NODES_MS)])
    const report = await examine({ journal, archive, leases, operations: operations.value }, cluster, free, signal)
    context.out.say(
      context.out.json
        ? JSON.stringify({ ...report, news })
        : [...news.map(newsText), recoverText(report)].join('\n\n'),
    )
    return recoverExitCode(report)
  })
}

function newsText(news: RecoveryNews): string {
  if (news.kind === 'refused') return problemText(news.problem)
  const { run, entries, heldBy } = news
  const back = `#${run.number}: Redis had forgotten ${entries} of its entries; they are back from the archive.`
  return heldBy ? `${back} It held its cluster, which #${heldBy.number} was given meanwhile.` : back
}

function unknownCluster({ config }: Core, name: string) {
  return {
    code: 'unknown-cluster',
    message: `There is no cluster ${name}.`,
    next: `Configured are: ${Object.keys(config.inventory).join(', ')}.`,
  }
}
