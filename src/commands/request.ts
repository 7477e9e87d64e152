import { mayRun } from '../policy/access.ts'
import { personByName } from '../policy/people.ts'
import type { Problem } from '../problem.ts'
import type { Runbook } from '../runbooks/schema.ts'
import { requestText } from '../runs/attested.ts'
import type { Request, RunEvent } from '../runs/events.ts'
import type { Answer, Utterance } from './desk.ts'
import type { DeskParts } from './parts.ts'

/**
 * Takes a request in: whoever may not run it is told so at once; else it is journalled, and only then accepted. Whether the names in it
 * exist is for the worker to say, who can ask the cluster.
 */
export async function takeRequest(
  parts: DeskParts,
  said: Utterance,
  request: Request,
  runbook: Runbook,
): Promise<Answer> {
  const refusal = forbidden(parts, said, request, runbook)
  if (refusal.length > 0) return { kind: 'refused', problems: refusal }
  const opened = await parts.journal.open(said.dedupe)
  if (!opened.ok) return { kind: 'refused', problems: opened.problems }

  const { run, number } = opened.value
  const risk = runbook.risk === 'read' ? 'read' : 'change'
  const event = await requested(parts, said, request, run)
  const appended = await parts.journal.append(opened.value, [event], parts.by)
  if (appended.kind === 'unavailable') return { kind: 'refused', problems: [appended.problem] }
  await parts.nudge(run, 1)
  return { kind: 'accepted', run, number, again: appended.kind === 'conflict', risk }
}

async function requested(parts: DeskParts, said: Utterance, request: Request, run: string): Promise<RunEvent> {
  const at = parts.now()
  const attestation = await said.attest(requestText(run, request, said.speaker, at), at)
  return { type: 'requested', request, speaker: said.speaker, attestation }
}

function forbidden(parts: DeskParts, said: Utterance, request: Request, runbook: Runbook): readonly Problem[] {
  const policy = parts.policies[request.cluster ?? '']
  const person = personByName(parts.directory, said.speaker.person)
  if (!policy)
    return [{ code: 'unknown-cluster', message: `There is no cluster "${request.cluster}" in the configuration.` }]
  const allowed = mayRun({
    cluster: request.cluster ?? '',
    policy,
    directory: parts.directory,
    person,
    risk: runbook.risk,
  })
  return allowed.ok ? [] : allowed.problems
}
