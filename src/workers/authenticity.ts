import { digestOf } from '../canonical.ts'
import type { ClusterPolicy } from '../policy/access.ts'
import { countedApprovers } from '../policy/gate.ts'
import type { Directory } from '../policy/people.ts'
import type { Problem, Result } from '../problem.ts'
import { decisionText, markText, requestText, resumeText, stopText, takeOverText } from '../runs/attested.ts'
import type { Attestation, Speaker } from '../runs/events.ts'
import type { GateState, RunState } from '../runs/state.ts'
import { uncountedMarks, uncountedResume, uncountedTakeOver } from './counted-words.ts'

/** Words as the journal has them: who said them, how that is proven, and when they arrived (Redis TIME in ms). */
export interface Heard {
  readonly speaker: Speaker
  readonly attestation: Attestation
  readonly at: number
}

/** Checks one signature over exact text. Problems say whose it is not. */
export type Verify = (text: string, heard: Heard) => Promise<Result<true>>

export interface Authenticity {
  /** Reasons not to carry this run on: words that are not signed by whom they claim, or too few people whose word counts. */
  doubts(state: RunState): Promise<Problem[]>
  /**
   * Reasons not to let its cluster go, although a stop or a take-over says so. Only those words are looked at: an approval that no longer
   * counts must not keep a cluster held for ever.
   */
  doubtsOfLettingGo(state: RunState): Promise<Problem[]>
}

/**
 * Redis is not trusted: before a worker acts, every word it acts on is checked against its signature, and every passed gate, every resume,
 * every step that people have marked as done and every take-over is counted again by the configuration of today. Unsigned words from a terminal may
 * only read, which is judged once there is a plan. Where a cluster has no policy, nobody's resume, mark or take-over counts.
 */
export function createAuthenticity(
  verify: Verify,
  directory: Directory,
  policies: Readonly<Record<string, ClusterPolicy>>,
): Authenticity {
  const counting = { directory, policies }
  const forged = async (words: readonly Words[]): Promise<Problem[]> => {
    const results = await Promise.all(words.map(([text, heard]) => verify(text, heard)))
    return results.flatMap(result => (result.ok ? [] : result.problems))
  }
  return {
    doubts: async state => [
      ...(await forged(wordsOf(state))),
      ...state.gates.flatMap(gate => uncounted(state, gate, directory)),
      ...uncountedResume(state, counting),
      ...uncountedMarks(state, counting),
      ...uncountedTakeOver(state, counting),
    ],
    doubtsOfLettingGo: async state => [
      ...(await forged([...stopWords(state), ...takeOverWords(state)])),
      ...uncountedTakeOver(state, counting),
    ],
  }
}

type Words = readonly [text: string, heard: Heard]

/** Everything a person said in this run, as it should have been signed. */
function wordsOf(state: RunState): Words[] {
  const decisions = state.gates.flatMap(gate => decisionWords(state, gate))
  const later = [...stopWords(state), ...resumeWords(state), ...markWords(state), ...takeOverWords(state)]
  return [...requestWords(state), ...decisions, ...later]
}

function requestWords(state: RunState): Words[] {
  const { run, request, speaker, attestation, requestedAt: at } = state
  const mayBeUnsigned =
    attestation.by === 'none' && speaker.via === 'cli' && (state.plan?.runbook.risk ?? 'read') === 'read'
  return mayBeUnsigned ? [] : [[requestText(run, request, speaker, attestation.at), { speaker, attestation, at }]]
}

function decisionWords(state: RunState, gate: GateState): Words[] {
  return gate.decisions.map(heard => {
    const { digest, decision, reason, speaker, attestation } = heard
    return [decisionText({ run: state.run, gate: gate.gate, digest, decision, reason }, speaker, attestation.at), heard]
  })
}

function stopWords({ run, stop }: RunState): Words[] {
  return stop ? [[stopText(run, stop.reason, stop.speaker, stop.attestation.at), stop]] : []
}

function resumeWords({ run, resumes }: RunState): Words[] {
  return resumes.map(said => [resumeText(run, said.reason, said.speaker, said.attestation.at), said])
}

function markWords({ run, marks }: RunState): Words[] {
  return marks.map(mark => [markText(run, mark.step, mark.reason, mark.speaker, mark.attestation.at), mark])
}

function takeOverWords({ run, takeOver }: RunState): Words[] {
  return takeOver.map(said => [takeOverText(run, said.reason, said.speaker, said.attestation.at), said])
}

/** Of a gate that is void, or was never passed, nothing follows: there is nothing to count. */
function uncounted(state: RunState, gate: GateState, directory: Directory): Problem[] {
  if (gate.result !== 'approved') return []
  const { result: _, reason: __, ...open } = gate
  const counted = countedApprovers({ gate: open, requester: state.speaker.person, directory })
  const isThisPlan = state.plan !== undefined && gate.digest === digestOf(state.plan)
  if (!isThisPlan) return [otherPlan(state)]
  if (counted.length >= gate.count) return []
  const message = `#${state.number} has ${counted.length} approvals that count today; ${gate.count} are needed.`
  return [
    { code: 'not-approved', message, stillTrue: 'Nothing was changed.', next: `Ask again: /ha ${state.request.text}` },
  ]
}

function otherPlan({ number, request }: RunState): Problem {
  return {
    code: 'other-plan',
    message: `What was approved is not the plan that #${number} has in the journal.`,
    stillTrue: 'Nothing of it is carried out.',
    next: `Ask again: /ha ${request.text}`,
  }
}
