import { sealBundle } from '../adapters/archive/seal.ts'
import type { Sign } from '../adapters/signatures/bot-signature.ts'
import type { Core } from '../app.ts'
import { executionsOf, isChange } from '../runs/changes.ts'
import type { Journal } from '../runs/journal.ts'
import type { Operations } from '../runs/operations.ts'
import type { RunRecord } from '../runs/state.ts'

/** A node that does not answer by then is no witness this time: the thread has the end of the chain as well. */
const WITNESS_MS = 10_000

export interface SealingParts {
  readonly journal: Journal
  readonly operations: Operations
  readonly sign: Sign
  readonly name: string
}

export interface Sealer {
  /** Seals a run that has ended; leaves others, and those that are sealed, alone. */
  seal(run: string): Promise<void>
  /**
   * What follows the end of a run: its bundle is sealed, and the end of its chain is left on the nodes that it changed. Trouble is logged; the
   * run has ended all the same, and sealing it again later is harmless.
   */
  afterEnd(record: RunRecord): Promise<void>
}

export function createSealer(core: Core, parts: SealingParts): Sealer {
  const { config, log, tap } = core
  const { journal, sign, name: by } = parts
  const sealing = tap('sealing', { sealBundle })
  const seal = async (run: string) => {
    const result = await sealing.sealBundle({ archive: config.archive, sign, by, journal }, run)
    if (result.kind === 'sealed' && result.damaged.length > 0)
      log.error({ run, files: result.damaged }, 'outputs in the archive are not what their events tell')
  }
  return {
    seal,
    afterEnd: async record => {
      const { run } = record.state
      const results = await Promise.allSettled([seal(run), leaveWitnesses(parts.operations, record)])
      for (const result of results)
        if (result.status === 'rejected') log.error({ err: result.reason, run }, 'the end of a run could not be sealed')
    },
  }
}

async function leaveWitnesses(operations: Operations, { state }: RunRecord): Promise<void> {
  const { plan, run, number, seq, head } = state
  if (!plan) return
  const changed = plan.steps.filter(isChange).flatMap(step => executionsOf(state, step.id))
  const signal = AbortSignal.timeout(WITNESS_MS)
  const nodes = [...new Set(changed.map(execution => execution.host))]
  await Promise.all(
    nodes.map(node => operations.witness({ cluster: plan.cluster, node }, { run, number, seq, head }, signal)),
  )
}
