import { z } from 'zod'
import type { LedgerEntry, NodeLedger } from '../../runs/operations.ts'
import type { ReplyLine } from './reply-reader.ts'

const STATES = [
  'absent',
  'claimed',
  'running',
  'done',
  'interrupted',
  'fenced',
  'late',
  'refused',
  'tombstoned',
] as const

const Count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const None = z.literal('-').transform(() => undefined)
const MaybeCount = z.union([None, Count]).optional()
const MaybeHash = z.union([None, z.string().regex(/^[0-9a-f]{64}$/)]).optional()
const Word = z
  .string()
  .default('')
  .transform(word => (word === '-' ? '' : word))

const StateFields = z.object({
  op: z.string(),
  state: z.enum(STATES),
  won: z.enum(['0', '1']).default('0'),
  rc: MaybeCount,
  sig: Word,
  why: Word,
  epoch: MaybeCount,
  claimed: MaybeCount,
  started: MaybeCount,
  ended: MaybeCount,
  pid: MaybeCount,
  launcher: Word,
  out: MaybeCount,
  err: MaybeCount,
  outsha: MaybeHash,
  errsha: MaybeHash,
  now: MaybeCount,
  run: Word,
  number: MaybeCount,
  step: Word,
})

/** What the node's own record says of one operation; times are seconds of the node's clock. */
export type NodeState = z.infer<typeof StateFields>

/** Undefined for a line that this version does not understand: it then proves nothing. */
export function stateOf(line: ReplyLine | undefined): NodeState | undefined {
  if (line === undefined) return undefined
  const read = StateFields.safeParse(Object.fromEntries(line.fields))
  return read.success ? read.data : undefined
}

/** Whether nothing will change about it any more. */
export function isFinal({ state }: NodeState): boolean {
  return state !== 'absent' && state !== 'claimed' && state !== 'running'
}

/** Refused, and the node could not even write that down: a claim that comes later may find room again. */
export function isUnrecorded({ state, why, claimed }: NodeState): boolean {
  return why === 'space' && (state === 'absent' || (state === 'refused' && claimed === undefined))
}

/** The reply to `list`; undefined when a line of it is not understood, since a ledger with gaps would mislead. */
export function ledgerOf(lines: readonly ReplyLine[]): NodeLedger | undefined {
  const operations: LedgerEntry[] = []
  const heads: NodeLedger['heads'][number][] = []
  let epoch = 0
  for (const line of lines) {
    if (line.verb === 'fence') epoch = Math.max(epoch, Number(line.words[0] ?? Number.NaN))
    if (line.verb === 'op') operations.push(entryOf(line) ?? NOT_UNDERSTOOD)
    if (line.verb === 'run') heads.push(headOf(line))
  }
  const isWhole =
    !operations.includes(NOT_UNDERSTOOD) && heads.every(({ seq }) => Number.isInteger(seq)) && Number.isInteger(epoch)
  return isWhole ? { operations, epoch, heads } : undefined
}

const NOT_UNDERSTOOD: LedgerEntry = {
  operation: '',
  state: 'refused',
  run: '',
  number: 0,
  step: '',
  epoch: 0,
  claimedAt: 0,
}

function entryOf(line: ReplyLine): LedgerEntry | undefined {
  const entry = stateOf(line)
  if (!entry || entry.state === 'absent') return undefined
  const { op: operation, state, run, number = 0, step, epoch = 0, claimed = 0, rc, sig } = entry
  const exitCode = sig === '' ? rc : -1
  const claimedAt = claimed * 1000
  return {
    operation,
    state,
    run,
    number,
    step,
    epoch,
    claimedAt,
    ...(state === 'done' && exitCode !== undefined && { exitCode }),
  }
}

function headOf({ fields }: ReplyLine): NodeLedger['heads'][number] {
  const number = (key: string): number => Number(fields.get(key) ?? Number.NaN)
  return { run: fields.get('run') ?? '', number: number('number'), seq: number('seq'), head: fields.get('head') ?? '' }
}
