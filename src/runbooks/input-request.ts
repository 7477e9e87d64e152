import type { ClusterStatus } from '../clusters/status.ts'
import type { ClusterFunctions } from './expression-values.ts'
import type { Runbook } from './schema.ts'

/** What a person asked for and what is known about the cluster they mean. */
export interface InputRequest {
  readonly runbook: Pick<Runbook, 'name' | 'command' | 'inputs'>
  /** Raw words by input name. */
  readonly words: Readonly<Record<string, string>>
  /** What was typed, to show a mistake where it was made. */
  readonly text?: string
  readonly status: ClusterStatus
  readonly functions: ClusterFunctions
  /** The names a group or node input may have. */
  readonly known: { readonly groups: readonly string[]; readonly nodes: readonly string[] }
}
