import type { Entry, OutputRef, RunEvent } from '../../../../src/runs/events.ts'
import type { Violation } from '../checker.ts'
import { BEGIN_MS } from '../life.ts'
import type { World } from '../world.ts'
import { canonical, eventsOf, goesOnAt, type Journals, type RunJournal, sha256 } from './journals.ts'

type Found = Iterable<Violation>

/** I1: no change begins twice. */
export function* atMostOnce({ truth }: World): Found {
  const count = countBegun(truth.began.map(one => one.operation))
  for (const [operation, times] of count) if (times > 1) yield { rule: 'I1', what: `${operation} began ${times} times` }
}

/** I2 and I3: what is reported as done was done, once; what is reported as not run never ran, however late a message comes. */
export function* reportedIsTrue({ truth }: World, journals: Journals): Found {
  const count = countBegun(truth.began.map(one => one.operation))
  for (const { operation, event } of changesIn(journals)) {
    const times = count.get(operation) ?? 0
    const isJudged = event.reason === '' && event.exitCode === -1
    const saysNever = event.begun === false || event.outcome === 'errored' || event.outcome === 'timed-out'
    if (event.outcome === 'succeeded' && times !== 1 && !isJudged)
      yield { rule: 'I2', what: `${operation} is reported as succeeded and began ${times} times` }
    if (saysNever && times > 0)
      yield { rule: 'I3', what: `${operation} is reported as never begun (${event.outcome}) and began` }
  }
}

/** The exit that is reported is the one there was. */
export function* exitIsTrue({ truth }: World, journals: Journals): Found {
  const began = new Map(truth.began.map(one => [one.operation, one]))
  for (const { operation, event } of changesIn(journals)) {
    const really = began.get(operation)?.exitCode
    if (event.complete === undefined) continue
    if (really === undefined) yield { rule: 'I2', what: `${operation} has an exit in the journal and none on its node` }
    else if (event.exitCode >= 0 && event.exitCode !== really)
      yield { rule: 'I2', what: `${operation} exited with ${really}, the journal says ${event.exitCode}` }
  }
}

interface ChangeEnd {
  readonly run: RunJournal
  readonly operation: string
  readonly event: Extract<RunEvent, { type: 'execution-finished' }>
}

/** Every reported end of a change, with its operation. */
function changesIn(journals: Journals): ChangeEnd[] {
  return journals.flatMap(run => {
    const intended = new Map(eventsOf(run, 'execution-started').map(event => [keyOf(event), event]))
    return eventsOf(run, 'execution-finished').flatMap(event => {
      const started = intended.get(keyOf(event))
      return started?.bundle === undefined ? [] : [{ run, operation: started.operation, event }]
    })
  })
}

/** I4: after an unknown outcome nothing of this run begins until a person says so. The operation itself may: that is what unknown means. */
export function* unknownWaits({ truth }: World, journals: Journals): Found {
  for (const journal of journals) {
    for (const { from, until, own } of openEnded(journal)) {
      const behind = truth.began.filter(
        ({ operation, at }) => operation.startsWith(journal.run) && at > from && at < until,
      )
      for (const { operation, at } of behind)
        if (!own.has(operation))
          yield {
            rule: 'I4',
            what: `${operation} began at ${at}, after #${journal.number} had become unknown at ${from}`,
          }
    }
  }
}

interface OpenEnded {
  readonly from: number
  readonly until: number
  /** What had been sent, or intended, by then. */
  readonly own: ReadonlySet<string>
}

function openEnded({ entries }: RunJournal): OpenEnded[] {
  const found: OpenEnded[] = []
  const own = new Set<string>()
  const goesOn = goesOnAt(entries)
  for (const [i, { event, at }] of entries.entries()) {
    if (event.type === 'execution-started') own.add(event.operation)
    const isUnknown =
      (event.type === 'execution-finished' && event.outcome === 'unknown') ||
      (event.type === 'finished' && event.outcome === 'unknown')
    if (!isUnknown) continue
    const word = entries.slice(i).find(({ seq }) => goesOn.has(seq))
    found.push({
      from: at - BEGIN_MS + 1000,
      until: word ? word.at - BEGIN_MS : Number.POSITIVE_INFINITY,
      own: new Set(own),
    })
  }
  return found
}

/** I5: what counts as complete is, byte for byte, what the node has. */
export function* outputIsWhole({ truth }: World, journals: Journals): Found {
  for (const { operation, event } of changesIn(journals)) {
    const printed = truth.printed.get(operation)?.()
    if (event.complete !== true || !printed) continue
    yield* differing(`${operation} out`, printed.out, event.stdout)
    yield* differing(`${operation} err`, printed.err, event.stderr)
  }
}

function* differing(what: string, node: Buffer, ref: OutputRef | undefined): Found {
  const bytes = ref?.bytes ?? 0
  if (node.length !== bytes) yield { rule: 'I5', what: `${what}: ${bytes} of ${node.length} bytes count as complete` }
  else if (ref && ref.sha256 !== sha256(node)) yield { rule: 'I5', what: `${what} is not what its node has` }
}

/** I5: the archive has the very bytes that the journal names, of every output. */
export function* outputIsKept({ outputs }: World, journals: Journals): Found {
  for (const journal of journals) {
    const refs = eventsOf(journal, 'execution-finished').flatMap(({ stdout, stderr }) => [stdout, stderr])
    for (const ref of refs) {
      const stored = ref && outputs.read(journal.run, ref.file)
      if (ref && (!stored || sha256(stored) !== ref.sha256))
        yield { rule: 'I5', what: `the archive's ${ref.file} of #${journal.number} is not what the journal says of it` }
    }
  }
}

/** I6: every chain is whole, both copies tell the same, and no node has seen the head of another story. */
export function* chainsAreWhole(world: World, journals: Journals): Found {
  for (const journal of journals) {
    const broken = brokenAt(journal.entries)
    if (broken !== undefined) yield { rule: 'I6', what: `the chain of #${journal.number} is broken at ${broken}` }
    const differs = journal.inRedis.findIndex((entry, i) => journal.entries[i]?.hash !== entry.hash)
    if (differs >= 0 && !world.toldToAdmin.has(journal.run))
      yield { rule: 'I6', what: `#${journal.number}.${differs + 1} is another entry in Redis than in the archive` }
    yield* otherHeads(world, journal)
  }
}

function* otherHeads({ nodes }: World, { run, number, entries }: RunJournal): Found {
  for (const { ledger } of Object.values(nodes)) {
    const { seq, head } = ledger.notes.get(run) ?? { seq: 0, head: '-' }
    if (head !== '-' && entries[seq - 1]?.hash !== head)
      yield { rule: 'I6', what: `a node was shown a head of #${number} at ${seq} that is not in its chain` }
  }
}

function brokenAt(entries: readonly Entry[]): number | undefined {
  let prev = '0'.repeat(64)
  for (const [i, { hash, ...body }] of entries.entries()) {
    if (body.prev !== prev || body.seq !== i + 1 || sha256(canonical(body)) !== hash) return i + 1
    prev = hash
  }
  return undefined
}

/** I7: whatever begins was agreed to: this very plan, in time, by enough people, none of them the one who asked. */
export function* everythingIsApproved({ truth }: World, journals: Journals): Found {
  for (const { operation, at } of truth.began) {
    const journal = journals.find(({ run }) => operation.startsWith(run))
    if (!journal) {
      yield { rule: 'I7', what: `${operation} began and belongs to no run` }
      continue
    }
    const intended = journal.entries.findIndex(
      ({ event }) => event.type === 'execution-started' && event.operation === operation,
    )
    const [entry] = intended < 0 ? [] : journal.entries.slice(intended, intended + 1)
    if (!entry || entry.at - BEGIN_MS > at)
      yield { rule: 'I7', what: `${operation} began before it was intended in the journal` }
    else yield* notApproved(journal, intended, operation)
  }
}

function* notApproved(journal: RunJournal, intended: number, operation: string): Found {
  const before = journal.entries.slice(0, intended)
  const [first] = before
  const requester = first?.event.type === 'requested' ? first.event.speaker.person : ''
  const plan = before.findLast(({ event }) => event.type === 'planned')?.event
  const closed = before.findLastIndex(({ event }) => event.type === 'gate-closed')
  const void_ = before.findLastIndex(({ event }) => event.type === 'drifted')
  const gate = before.findLast(({ event }) => event.type === 'gate-opened')
  const closing = before[closed]?.event
  if (closing?.type !== 'gate-closed' || closing.result !== 'approved' || void_ > closed)
    return yield { rule: 'I7', what: `${operation} was sent behind a gate that is not approved` }
  if (gate?.event.type !== 'gate-opened' || plan?.type !== 'planned')
    return yield { rule: 'I7', what: `${operation} has no gate` }
  const opened = before.indexOf(gate)
  const { digest, expiresAt, count } = gate.event
  if (digest !== plan.digest || sha256(canonical(plan.plan)) !== digest)
    yield { rule: 'I7', what: `${operation}: what was approved is not the plan` }
  const people = new Set<string>()
  for (const { event, at } of before.slice(opened, closed + 1))
    if (
      event.type === 'decided' &&
      event.decision === 'approve' &&
      event.digest === digest &&
      at < expiresAt &&
      event.speaker.person !== requester
    )
      people.add(event.speaker.person)
  if (people.size < count) yield { rule: 'I7', what: `${operation}: ${people.size} of ${count} approvals` }
}

/** I8: a node never begins something of an older epoch than it has begun; two runs never change a cluster at the same time. */
export function* epochsGrow({ truth }: World): Found {
  const highest = new Map<string, number>()
  for (const { operation, node, epoch } of truth.began) {
    if (epoch < (highest.get(node) ?? 0))
      yield { rule: 'I8', what: `${operation} of epoch ${epoch} began on ${node} behind epoch ${highest.get(node)}` }
    highest.set(node, Math.max(epoch, highest.get(node) ?? 0))
  }
  const byEpoch = new Map<number, string>()
  for (const { operation, epoch } of truth.began) {
    const run = operation.slice(0, 26)
    if ((byEpoch.get(epoch) ?? run) !== run)
      yield { rule: 'I8', what: `two runs changed the cluster under epoch ${epoch}` }
    byEpoch.set(epoch, run)
  }
}

const WORDS = { decide: 'decided', stop: 'stop-requested', resume: 'resumed' } as const

/** I9: what was accepted is in the journal. */
export function* wordsAreKept({ truth }: World, journals: Journals): Found {
  const runs = new Map(journals.map(journal => [journal.run, journal]))
  for (const { what, answer, run, person } of truth.answered) {
    if (answer !== 'taken') continue
    if (what === 'request' && !runs.has(run))
      yield { rule: 'I9', what: `a request of ${person} was accepted and its run is gone` }
    const type = what === 'decide' || what === 'stop' || what === 'resume' ? WORDS[what] : undefined
    if (type && !hasWord(runs.get(run), type, person))
      yield { rule: 'I9', what: `a ${what} of ${person} was accepted and is not in the journal` }
  }
}

/** I9: words that are delivered twice make one run. */
export function* wordsCountOnce({ truth, redis }: World): Found {
  // Keys of deliveries are only in Redis: one that forgot them takes the same words for new ones. Each run still waits at its own gate.
  if (redis.hasForgotten) return
  const byKey = new Map<string, Set<string>>()
  for (const { what, answer, about, run } of truth.answered)
    if (what === 'request' && answer === 'taken') byKey.set(about, (byKey.get(about) ?? new Set()).add(run))
  for (const [key, runs] of byKey) if (runs.size > 1) yield { rule: 'I9', what: `${key} made ${runs.size} runs` }
}

function hasWord(
  journal: RunJournal | undefined,
  type: 'decided' | 'stop-requested' | 'resumed',
  person: string,
): boolean {
  return journal !== undefined && eventsOf(journal, type).some(event => event.speaker.person === person)
}

function countBegun(operations: readonly string[]): Map<string, number> {
  const count = new Map<string, number>()
  for (const operation of operations) count.set(operation, (count.get(operation) ?? 0) + 1)
  return count
}

function keyOf({ step, host, attempt }: { step: string; host: string; attempt: number }): string {
  return `${step} ${host} ${attempt}`
}
