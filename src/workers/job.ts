import { z } from 'zod'
import { canonicalJson } from '../canonical.ts'
import { ULID_PATTERN } from '../runs/ulid.ts'

/** A nudge to carry on one run: the journal says what there is to do. */
export const Leg = z.strictObject({
  run: z.string().regex(ULID_PATTERN),
  leg: z.number().int().min(1),
  try: z.number().int().min(1),
})
export type Leg = z.infer<typeof Leg>

/** Who may nudge: each has a key of its own. A terminal has none, its words are found in the journal. */
const Nudger = z.enum(['bot', 'worker'])
export type Nudger = z.infer<typeof Nudger>

/** A leg as it lies in the queue, for everybody who can write to Redis to see and to change. */
export const Job = z.strictObject({
  ...Leg.shape,
  /** Redis TIME in ms. */
  at: z.number().int(),
  by: Nudger,
  /** Base64 Ed25519 over all the rest. */
  sig: z.string(),
})
export type Job = z.infer<typeof Job>

export interface JobSigner {
  readonly by: Nudger
  readonly sign: (text: string) => string
}

/** Whether one of the keys that are trusted for `by` signed this text. */
export type IsSigned = (by: Nudger, text: string, signature: string) => boolean

/** Why a job is set aside. `unsigned`: it is not even meant to be signed; `misplaced`: a true one, under the name of another. */
export type Unfit = 'unsigned' | 'forged' | 'misplaced' | 'expired'

/** The leg that a job asks for, if there is one to carry. */
export type Admit = (id: string, data: unknown) => Promise<Leg | undefined>

const DAY_MS = 24 * 3_600_000

/** `run-<ulid>-leg<n>-try<k>`: BullMQ refuses `:` in ids. */
export function jobId({ run, leg, try: attempt }: Leg): string {
  return `run-${run}-leg${leg}-try${attempt}`
}

export function signedJob(leg: Leg, at: number, { by, sign }: JobSigner): Job {
  const said = { run: leg.run, leg: leg.leg, try: leg.try, at, by }
  return { ...said, sig: sign(jobText(said)) }
}

/** What is signed; it names its purpose, so that no signature over anything else can stand in for it. */
function jobText(said: Omit<Job, 'sig'>): string {
  return canonicalJson({ about: 'ha-bot leg', ...said })
}

/** The leg that a job asks for, or why it must not be listened to. `now` is Redis TIME in ms. */
export function judgeJob(id: string, data: unknown, now: number, isSigned: IsSigned): Leg | Unfit {
  const parsed = Job.safeParse(data)
  if (!parsed.success) return 'unsigned'
  const { sig, at, by, ...leg } = parsed.data
  if (!isSigned(by, jobText({ ...leg, at, by }), sig)) return 'forged'
  if (jobId(leg) !== id) return 'misplaced'
  return Math.abs(now - at) > DAY_MS ? 'expired' : leg
}
