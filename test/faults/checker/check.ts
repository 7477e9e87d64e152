import { endOf, fieldsOf } from '../bundles.ts'
import { brokenChain } from './chain.ts'
import { type Change, changesOf, tagOf } from './changes.ts'
import type { Evidence, Invariant, Violation } from './evidence.ts'

type Rule = (evidence: Evidence) => readonly string[]

/** Liveness: a healed system is at its end, or asks a person, within this. */
const SETTLES_MS = 60_000

/** The invariants of fault-matrix.md §6.1. Each rule answers in sentences what contradicts it. */
const RULES: Readonly<Record<Invariant, Rule>> = {
  I1: executedTwice,
  I2: saidDoneButWasNot,
  I3: saidNotRunButWas,
  I4: goneOnAfterUnknown,
  I5: transcriptDiffers,
  I6: ({ bundles }) => bundles.flatMap(bundle => brokenChain(bundle) ?? []),
  I7: notApproved,
  I8: twoAtOnce,
  I9: acknowledgementBroken,
  I10: ({ secrets, places }) =>
    places.flatMap(({ where, text }) =>
      secrets.some(secret => text.includes(secret)) ? [`a secret is in ${where}`] : [],
    ),
  I11: ({ settledMs }) =>
    settledMs !== undefined && settledMs <= SETTLES_MS
      ? []
      : ['not at its end, and not asking anybody, a minute after the heal'],
  I12: postedTwice,
  I13: ({ died }) => died,
}

/** Everything in the evidence that contradicts an invariant. */
export function check(evidence: Evidence): Violation[] {
  return Object.entries(RULES).flatMap(([invariant, rule]) =>
    rule(evidence).map(what => ({ invariant: invariant as Invariant, what })),
  )
}

function allChanges({ bundles }: Evidence): Change[] {
  return bundles.flatMap(changesOf)
}

function count({ executions }: Evidence, tag: string, step: string): number {
  return executions.filter(execution => execution.tag === tag && execution.step === step).length
}

function executedTwice({ executions }: Evidence): string[] {
  const counts = new Map<string, number>()
  for (const { tag, step } of executions) counts.set(`${step} of ${tag}`, (counts.get(`${step} of ${tag}`) ?? 0) + 1)
  return [...counts].filter(([, times]) => times > 1).map(([what, times]) => `${what} was executed ${times} times`)
}

function saidDoneButWasNot(evidence: Evidence): string[] {
  const steps = allChanges(evidence)
    .filter(({ results }) => results.at(-1)?.event['outcome'] === 'succeeded')
    .filter(({ tag, step }) => count(evidence, tag, step) !== 1)
    .map(
      ({ tag, step }) =>
        `${step} of ${tag} is said to have succeeded, and was executed ${count(evidence, tag, step)} times`,
    )
  const runs = evidence.bundles
    .filter(bundle => endOf(bundle)?.outcome === 'succeeded')
    .filter(
      bundle =>
        new Set(evidence.executions.filter(({ tag }) => tag === tagOf(bundle)).map(({ step }) => step)).size !== 2,
    )
    .map(({ number }) => `#${number} is said to have succeeded, and not both of its changes were executed`)
  return [...steps, ...runs]
}

/** "Not run" is a promise for ever: whoever asks later must find the same. */
function saidNotRunButWas(evidence: Evidence): string[] {
  const changes = allChanges(evidence)
    .filter(({ results }) => results.at(-1)?.event['begun'] === false)
    .filter(({ tag, step }) => count(evidence, tag, step) > 0)
    .map(({ tag, step }) => `${step} of ${tag} is said never to have begun, and was executed`)
  const intended = new Set(allChanges(evidence).map(({ tag, step }) => `${step} of ${tag}`))
  const unheard = evidence.executions
    .filter(({ tag, step }) => !intended.has(`${step} of ${tag}`))
    .map(({ tag, step }) => `${step} of ${tag} was executed, and no intention of it is written down`)
  return [...changes, ...unheard]
}

function goneOnAfterUnknown(evidence: Evidence): string[] {
  const open = allChanges(evidence).filter(({ results }) => results.length === 0)
  const hidden = open
    .filter(({ bundle }) => !['unknown', undefined].includes(endOf(bundle)?.outcome))
    .map(
      ({ step, bundle }) =>
        `#${bundle.number} ended as ${endOf(bundle)?.outcome} although what became of ${step} was not known`,
    )
  return [...hidden, ...evidence.bundles.flatMap(bundle => afterUnknown(evidence, bundle))]
}

function afterUnknown(evidence: Evidence, bundle: Evidence['bundles'][number]): string[] {
  const unknown = bundle.entries.find(({ event }) => event.type === 'finished' && event['outcome'] === 'unknown')
  if (!unknown) return []
  const resumed = bundle.entries.some(({ event }) => event.type === 'resumed' || event.type === 'marked-done')
  const later = bundle.entries.some(
    ({ seq, event }) => seq > unknown.seq && event.type === 'execution-started' && event['bundle'] !== undefined,
  )
  const wrong = !resumed && later ? [`#${bundle.number} began another change although it was unknown`] : []
  const asks = evidence.posts.some(({ said }) => said.includes(`#${bundle.number}`) && /not known|unknown/i.test(said))
  return asks ? wrong : [...wrong, `#${bundle.number} is unknown and nobody is told so in Slack`]
}

function transcriptDiffers(evidence: Evidence): string[] {
  return allChanges(evidence).flatMap(change => {
    const result = change.results.at(-1)?.event
    const record = evidence.node.find(({ operation }) => operation === change.operation)
    if (result?.['outcome'] !== 'succeeded') return []
    const claimed = result['complete'] === true
    const what = `${change.step} of ${change.tag}`
    if (!record) return [`${what} succeeded, and the node has no record of it`]
    if (!claimed) return evidence.archiveFailed ? [] : [`${what} succeeded, and its output is said to be incomplete`]
    return (['out', 'err'] as const).flatMap(stream => {
      const ref = fieldsOf(result[stream === 'out' ? 'stdout' : 'stderr'])
      const stored = ref['file'] === undefined ? Buffer.alloc(0) : evidence.output(change.bundle, String(ref['file']))
      if (stored?.equals(record[stream])) return []
      return [
        `std${stream} of ${what} is not what the node has: ${stored?.length ?? 'no'} bytes instead of ${record[stream].length}`,
      ]
    })
  })
}

function notApproved(evidence: Evidence): string[] {
  return allChanges(evidence).flatMap(({ bundle, intended, step }) => {
    const before = bundle.entries.filter(({ seq }) => seq < intended.seq)
    const plan = before.findLast(({ event }) => event.type === 'planned')
    const gate = before.findLast(({ event }) => event.type === 'gate-opened')
    const requester = fieldsOf(bundle.entries[0]?.event['speaker'])['person']
    const approvals = before.filter(
      ({ seq, event }) =>
        event.type === 'decided' &&
        event['decision'] === 'approve' &&
        seq > (gate?.seq ?? 0) &&
        event['digest'] === plan?.event['digest'] &&
        event['digest'] === gate?.event['digest'],
    )
    const what = `${step} of #${bundle.number}`
    const persons = approvals.map(({ event }) => fieldsOf(event['speaker'])['person'])
    if (persons.includes(requester)) return [`${what} was approved by the one who asked for it`]
    if (!persons.some(person => person === 'bo' || person === 'cy'))
      return [`${what} began without an approval of its plan`]
    const late = approvals.some(({ at }) => at > Number(gate?.event['expiresAt']))
    return late ? [`${what} was approved after the question had expired`] : []
  })
}

/** One cluster at a time is changed by one run, and epochs only grow. */
function twoAtOnce({ bundles }: Evidence): string[] {
  const taken = bundles.flatMap(bundle =>
    bundle.entries
      .filter(({ event }) => event.type === 'lease-taken')
      .map(({ event, at, seq }) => ({
        run: bundle.number,
        epoch: Number(event['epoch']),
        from: at,
        to:
          bundle.entries.find(later => later.seq > seq && ['lease-released', 'taken-over'].includes(later.event.type))
            ?.at ?? Number.POSITIVE_INFINITY,
      })),
  )
  const ordered = [...taken].sort((a, b) => a.from - b.from)
  return ordered.flatMap((one, index) => {
    const next = ordered[index + 1]
    if (!next) return []
    const together =
      next.run !== one.run && next.from < one.to ? [`#${one.run} and #${next.run} held the cluster at once`] : []
    const back =
      next.epoch <= one.epoch && next.run !== one.run
        ? [`#${next.run} got epoch ${next.epoch} behind ${one.epoch}`]
        : []
    return [...together, ...back]
  })
}

function acknowledgementBroken({ heard, bundles, executions }: Evidence): string[] {
  return heard.flatMap(({ tag, answer, number }) => {
    const bundle = bundles.find(each => tagOf(each) === tag)
    if (answer === 'accepted' && (!bundle || bundle.number !== number))
      return [`${tag} was accepted as #${number}, and there is no such run`]
    const ran = executions.some(execution => execution.tag === tag)
    if (answer === 'refused' && ran) return [`${tag} was said NOT to be accepted, and ran`]
    return []
  })
}

function postedTwice({ taken, posts, bundles }: Evidence): string[] {
  const counts = new Map<string, number>()
  for (const { key } of taken) counts.set(key, (counts.get(key) ?? 0) + 1)
  const twice = [...counts].filter(([, times]) => times > 1).map(([key, times]) => `${key} was posted ${times} times`)
  return [
    ...twice,
    ...bundles.flatMap(({ number, entries }) =>
      shownWrongly(
        number,
        entries.some(({ event }) => event.type === 'planned'),
        posts,
      ),
    ),
  ]
}

function shownWrongly(number: number, hasCard: boolean, posts: Evidence['posts']): string[] {
  const about = new RegExp(`^#${number} · `, 'm')
  const cards = posts.filter(({ bot, isPrivate, thread, said }) => bot && !isPrivate && !thread && about.test(said))
  if (!hasCard) return []
  if (cards.length !== 1) return [`#${number} has ${cards.length} cards`]
  const replies = posts.filter(({ thread }) => thread === cards[0]?.ts)
  const files = replies.flatMap(reply => reply.files)
  return files.length === 1 ? [] : [`#${number} has ${files.length} transcripts in its thread`]
}
