import type { Problem } from '../problem.ts'
import { takeOverText } from '../runs/attested.ts'
import type { RunEvent } from '../runs/events.ts'
import { holdsCluster } from '../runs/holds-cluster.ts'
import type { RunRecord, RunState, Said } from '../runs/state.ts'
import { isTakeOverWanted, takeOverVoices } from '../runs/take-over.ts'
import { agoText, clockText } from '../transcripts/times.ts'
import type { Answer, Order } from './desk.ts'
import { heldElsewhere } from './held-elsewhere.ts'
import { clusterOf, counted, mayNotSpeak } from './may-speak.ts'
import { needsReason } from './needs-reason.ts'
import type { DeskParts } from './parts.ts'
import { beingTaken, isOver } from './standing.ts'
import { takeWord } from './word.ts'

/** A run that is carried writes something at least this often, or a step of it takes long: two people judge which. */
const SILENT_MS = 2 * 60_000

/** What people say is no sign that a worker gets on. */
const WORDS: ReadonlySet<RunEvent['type']> = new Set(['take-over-asked', 'stop-requested', 'decided'])

/** Takes in that somebody wants a cluster taken from a run that nobody gets on with. The second person's word sets a worker to it. */
export async function takeTakeOver(parts: DeskParts, order: Order): Promise<Answer> {
  return await takeWord(parts, {
    run: order.run,
    against: record => against(parts, order, record),
    events: () => askedEvents(parts, order),
    wantsLeg: isTakeOverWanted,
    answer: askedText,
  })
}

async function against(parts: DeskParts, order: Order, record: RunRecord): Promise<readonly Problem[]> {
  const { state } = record
  const needed = needsReason('take-over', order.reason)
  const problems = [...mayNotSpeak(parts, order.speaker, state), ...(await pointless(parts, record)), ...needed]
  const aboutVoices = problems.length > 0 ? problems : againstVoices(parts, order, state)
  return aboutVoices.length > 0 ? aboutVoices : await heldElsewhere(parts, state)
}

async function pointless(parts: DeskParts, record: RunRecord): Promise<Problem[]> {
  const { state } = record
  if (isTakeOverWanted(state)) return [beingTaken(state)]
  if (state.phase === 'waiting') return [waits(state)]
  if (!holdsCluster(state)) return state.phase === 'finished' ? [isFree(state)] : [holdsNothing(state)]
  if (state.phase === 'finished') return state.finished?.outcome === 'unknown' ? [] : [isOver(state)]
  const now = await parts.journal.time()
  return now - lastSign(record) >= SILENT_MS ? [] : [getsOn(record, now)]
}

function lastSign({ entries, state }: RunRecord): number {
  return entries.findLast(entry => !WORDS.has(entry.event.type))?.at ?? state.requestedAt
}

function againstVoices(parts: DeskParts, order: Order, state: RunState): Problem[] {
  const voices = takeOverVoices(state)
  const mine = voices.find(said => said.speaker.person === order.speaker.person)
  if (mine) return [saidBefore(state, mine)]
  const first = voices.map(said => said.speaker).filter(({ person }) => counted(parts, state, [person]).length === 0)
  return first.length > 0 ? [notCounted(state, first)] : []
}

async function askedEvents(parts: DeskParts, { run, reason, speaker, attest }: Order): Promise<RunEvent[]> {
  const at = parts.now()
  const attestation = await attest(takeOverText(run, reason, speaker, at), at)
  return [{ type: 'take-over-asked', speaker, reason, attestation }]
}

function askedText(_: RunState, after: RunState): string {
  const cluster = clusterOf(after)
  const { number } = after
  if (isTakeOverWanted(after))
    return `${cluster} is being taken from #${number}: its nodes are told to refuse whatever #${number} still sends. Its card says when that is done.`
  return `You want ${cluster} taken from #${number}. A second person must say the same: /ha take-over ${number} "why". Until then nothing changes.`
}

function waits({ number }: RunState): Problem {
  return {
    code: 'holds-nothing',
    message: `#${number} waits for approval and keeps nobody from anything.`,
    next: `To end it: /ha stop ${number}.`,
  }
}

function holdsNothing(state: RunState): Problem {
  return {
    code: 'holds-nothing',
    message: `#${state.number} does not hold ${clusterOf(state)}: it has changed nothing so far.`,
    next: `To end it: /ha stop ${state.number}.`,
  }
}

function isFree(state: RunState): Problem {
  const cluster = clusterOf(state)
  return {
    code: 'lease-free',
    message: `#${state.number} is over and does not hold ${cluster} any more.`,
    next: `There is nothing to take over. Look, and ask for what you need: /ha status on ${cluster}`,
  }
}

function getsOn({ entries, state }: RunRecord, now: number): Problem {
  const { number, worker } = state
  return {
    code: 'gets-on',
    message: `#${number} is carried by ${worker || 'a worker'}: its last entry was written ${agoText(lastSign({ entries, state }), now)}.`,
    stillTrue: `It keeps ${clusterOf(state)}.`,
    next: `To end it: /ha stop ${number}. If it is silent for 2 min, take-over is possible.`,
  }
}

function saidBefore({ number }: RunState, mine: Said): Problem {
  return {
    code: 'said-before',
    message: `You already asked for this at ${clockText(mine.at)} UTC; each person counts once.`,
    stillTrue: 'Your word stands.',
    next: `Somebody else must say the same: /ha take-over ${number} "why".`,
  }
}

function notCounted(state: RunState, said: readonly Said['speaker'][]): Problem {
  return {
    code: 'not-counted',
    message: `${said.map(({ name }) => name).join(' and ')} asked for this first and may not run anything on ${clusterOf(state)} any more.`,
    stillTrue: `#${state.number} keeps ${clusterOf(state)}.`,
    next: `Once you have looked, one person can give it free: /ha stop ${state.number}.`,
  }
}
