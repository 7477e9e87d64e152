import type { ClusterPolicy } from '../policy/access.ts'
import type { Directory } from '../policy/people.ts'
import { countedVoices, riskOfWords } from '../policy/voices.ts'
import type { Problem } from '../problem.ts'
import { marksNeeded } from '../runs/marks.ts'
import type { RunState } from '../runs/state.ts'
import { isTakeOverWanted, TAKE_OVER_PEOPLE } from '../runs/take-over.ts'

interface Counting {
  readonly directory: Directory
  readonly policies: Readonly<Record<string, ClusterPolicy>>
}

/** Steps that count as done because people said so, with fewer of them than it takes by the configuration of today. */
export function uncountedMarks(state: RunState, counting: Counting): Problem[] {
  const steps = [...new Set(state.marks.map(mark => mark.step))]
  return steps.flatMap(step => {
    const people = state.marks.filter(mark => mark.step === step).map(mark => mark.speaker.person)
    const needed = marksNeeded(state.plan, step)
    // Not enough to make it succeed: nothing followed from it.
    if (new Set(people).size < needed) return []
    const those = counted(state, counting, people)
    return those.length >= needed ? [] : [notMarked(state, step, those.length, needed)]
  })
}

/** Of those who wanted it looked at again, whoever did last made it go on. */
export function uncountedResume(state: RunState, counting: Counting): Problem[] {
  const last = state.resumes.at(-1)
  if (!last || counted(state, counting, [last.speaker.person]).length > 0) return []
  return [
    {
      code: 'not-resumed',
      message: `${last.speaker.name} wanted #${state.number} looked at again and may not run such a thing today.`,
      stillTrue: 'Nothing further ran.',
      next: `Somebody who may can say: /ha resume ${state.number}`,
    },
  ]
}

/** A take-over that was not said by enough people who may say it. */
export function uncountedTakeOver(state: RunState, counting: Counting): Problem[] {
  if (!isTakeOverWanted(state)) return []
  const people = state.takeOver.map(said => said.speaker.person)
  const those = counted(state, counting, people)
  return those.length >= TAKE_OVER_PEOPLE ? [] : [notAgreed(state, those.length)]
}

function counted(state: RunState, { directory, policies }: Counting, people: readonly string[]): readonly string[] {
  const cluster = state.plan?.cluster ?? state.request.cluster ?? ''
  const policy = Object.hasOwn(policies, cluster) ? policies[cluster] : undefined
  const risk = riskOfWords(state.plan?.runbook.risk)
  return countedVoices({ cluster, policy, directory, risk, people })
}

function notMarked(state: RunState, id: string, count: number, needed: number): Problem {
  const name = state.plan?.steps.find(step => step.id === id)?.name ?? id
  return {
    code: 'not-marked',
    message: `"${name}" of #${state.number} was marked as done by ${count} whose word counts today; ${needed} are needed.`,
    stillTrue: 'Nothing further ran.',
    next: `Look at the cluster, then: /ha stop ${state.number}`,
  }
}

function notAgreed({ number, lease }: RunState, count: number): Problem {
  return {
    code: 'not-agreed',
    message: `${count} of those who want ${lease?.cluster} taken from #${number} count today; ${TAKE_OVER_PEOPLE} are needed.`,
    stillTrue: `#${number} keeps ${lease?.cluster}.`,
  }
}
