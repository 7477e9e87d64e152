import { type Sealed, sealBundle } from '../adapters/archive/seal.ts'
import { systemClock } from '../adapters/clock.ts'
import type { Sign } from '../adapters/signatures/bot-signature.ts'
import type { Core } from '../app.ts'
import { executionsOf, isChange } from '../runs/changes.ts'
import type { Journal } from '../runs/journal.ts'
import type { Operations } from '../runs/operations.ts'
import type { Clock } from '../runs/ports.ts'
import type { RunRecord } from '../runs/state.ts'

/** A node that does not answer by then is no witness this time: the thread has the end of the chain as well. */
const WITNESS_MS = 10_000
/** Who has not put its entry into the archive by then has died over it, and the journal alone has it. */
const WRITING_MS = 10_000
const PAUSE_MS = 250

export interface SealingParts {
  readonly journal: Pick<Journal, 'load' | 'time'>
  readonly operations: Pick<Operations, 'witness'>
  readonly sign: Sign
  readonly name: string
  readonly clock?: Pick<Clock, 'sleep'>
}

export interface Sealer {
  /**
   * Seals a run that has ended; leaves others, and those that are sealed, alone. False when it has ended and is not sealed: two workers
   * were in each other's way, or Redis has forgotten what the archive knows. Rejects when the archive cannot be written.
   */
  seal(run: string): Promise<boolean>
  /** Leaves the end of a run's chain on the nodes that it changed. Trouble is logged: the run has ended all the same. */
  afterEnd(record: RunRecord): Promise<void>
}

type Means = Pick<Core, 'log' | 'tap'> & {
  readonly config: Pick<Core['config'], 'archive'>
  readonly archive: Pick<Core['archive'], 'beyond'>
}

export function createSealer({ config, log, tap, archive }: Means, parts: SealingParts): Sealer {
  const { journal, operations, sign, name: by, clock = systemClock } = parts
  const sealing = tap('sealing', { sealBundle })
  const warnOf = ({ damaged, altered }: Sealed & { kind: 'sealed' }, run: string) => {
    if (damaged.length > 0) log.error({ run, files: damaged }, 'outputs in the archive are not what their events tell')
    if (altered.length > 0)
      log.error({ run, files: altered }, 'a sealed bundle was altered; it is written anew, from the journal')
  }
  return {
    seal: async run => {
      const record = await journal.load(run)
      if (record?.state.phase !== 'finished') return true
      await untilWritten({ journal, archive, clock }, record)
      const result = await sealing.sealBundle({ archive: config.archive, sign, by, journal }, run)
      if (result.kind === 'sealed') warnOf(result, run)
      return result.kind !== 'open'
    },
    afterEnd: async record => {
      await leaveWitnesses(operations, record).catch((err: unknown) =>
        log.error({ err, run: record.state.run }, 'the end of a run could not be left on its nodes'),
      )
    },
  }
}

interface Waiting extends Pick<Means, 'archive'> {
  readonly journal: Pick<Journal, 'time'>
  readonly clock: Pick<Clock, 'sleep'>
}

/** News of an entry come before the archive has it. Sealed too early, the bundle would be broken by its own last entry. */
async function untilWritten({ journal, archive, clock }: Waiting, { state }: RunRecord): Promise<void> {
  const { run, number, seq, updatedAt } = state
  for (let waited = 0; waited < WRITING_MS; waited += PAUSE_MS) {
    if ((await archive.beyond(run, number, seq - 1)).length > 0) return
    if ((await journal.time()) - updatedAt >= WRITING_MS) return
    await clock.sleep(PAUSE_MS, AbortSignal.timeout(WRITING_MS))
  }
}

async function leaveWitnesses(operations: SealingParts['operations'], { state }: RunRecord): Promise<void> {
  const { plan, run, number, seq, head } = state
  if (!plan) return
  const changed = plan.steps.filter(isChange).flatMap(step => executionsOf(state, step.id))
  const signal = AbortSignal.timeout(WITNESS_MS)
  const nodes = [...new Set(changed.map(execution => execution.host))]
  await Promise.all(
    nodes.map(node => operations.witness({ cluster: plan.cluster, node }, { run, number, seq, head }, signal)),
  )
}
