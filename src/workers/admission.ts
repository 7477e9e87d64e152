import type { Journal } from '../runs/journal.ts'
import { wantedLeg } from '../runs/legs.ts'
import { hasWork } from '../runs/over.ts'
import { type Admit, type IsSigned, judgeJob, type Unfit } from './job.ts'
import type { LegQueue } from './queue.ts'

/** Where jobs are noted that nobody who may nudge has made. */
export interface Quarantine {
  /** True when this job was not noted before. */
  put(id: string, why: Unfit): Promise<boolean>
  /** How many there are, by reason. */
  count(): Promise<Readonly<Partial<Record<Unfit, number>>>>
}

export interface AdmissionParts {
  readonly journal: Pick<Journal, 'load' | 'time'>
  readonly queue: Pick<LegQueue, 'state'>
  readonly isSigned: IsSigned
  readonly quarantine: Quarantine
  /** Told once for each job. */
  readonly alarm: (id: string, why: Unfit) => void
}

/**
 * Redis is not trusted to say what is to be done. A job that is not signed by whom we trust is set aside; a true one that was copied, kept
 * or brought back asks for something the journal no longer wants, and is passed over.
 */
export function createAdmission({ journal, queue, isSigned, quarantine, alarm }: AdmissionParts): Admit {
  return async (id, data) => {
    const leg = judgeJob(id, data, await journal.time(), isSigned)
    if (typeof leg === 'string') {
      if (await quarantine.put(id, leg)) alarm(id, leg)
      return undefined
    }
    const state = (await journal.load(leg.run))?.state
    if (!state || !hasWork(state) || wantedLeg(state) !== leg.leg) return undefined
    // A later try is only made when this one had ended.
    return (await queue.state({ ...leg, try: leg.try + 1 })) === 'absent' ? leg : undefined
  }
}
