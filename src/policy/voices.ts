import type { Risk } from '../runbooks/schema.ts'
import { type ClusterPolicy, mayRun } from './access.ts'
import { type Directory, personByName } from './people.ts'

export interface Voices {
  readonly cluster: string
  /** Of that cluster; undefined when the configuration has no such cluster: then nobody's word counts. */
  readonly policy: ClusterPolicy | undefined
  readonly directory: Directory
  /** Of the run that is spoken of. */
  readonly risk: Risk
  /** Names of people, in the order they spoke. */
  readonly people: readonly string[]
}

/**
 * Whose word counts where several people must say the same of a run: each person once, of those who may run such a thing on the cluster
 * by the configuration of today. Somebody whom the configuration does not know never counts.
 */
export function countedVoices({ cluster, policy, directory, risk, people }: Voices): readonly string[] {
  return [...new Set(people)].filter(name => {
    const person = personByName(directory, name)
    return policy !== undefined && person !== undefined && mayRun({ cluster, policy, directory, person, risk }).ok
  })
}

/** Words about a run that only reads free or hold nothing less than those about a change. */
export function riskOfWords(risk: Risk | undefined): Risk {
  return risk === undefined || risk === 'read' ? 'disruptive' : risk
}
