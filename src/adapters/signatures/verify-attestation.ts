import type { KeyObject } from 'node:crypto'
import { type Directory, personByName } from '../../policy/people.ts'
import { bad, good, type Problem, type Result } from '../../problem.ts'
import type { Attestation } from '../../runs/events.ts'
import { isSignedBy } from './bot-signature.ts'
import { verifySsh } from './ssh-verify.ts'

export interface AttestedWords {
  readonly attestation: Attestation
  /** `attestedText(…)` of policy/attest.ts, made again by whoever verifies. */
  readonly text: string
  /** Name of the person whose words these are said to be. */
  readonly person: string
  /** When the words reached the journal: Redis TIME in ms. */
  readonly heardAt: number
}

export interface AttestationTrust {
  readonly directory: Directory
  /** Public keys of the bot (`loadTrusted`). */
  readonly bot: readonly KeyObject[]
  /** PATH to find ssh-keygen in. */
  readonly path: string | undefined
}

/** How far a signer's clock may be from Redis's. */
const ALLOWED_SKEW_MS = 5 * 60_000

/** Whether words are whose they are said to be: the bot vouches for Slack, people sign themselves at a terminal. */
export async function verifyAttestation(words: AttestedWords, trust: AttestationTrust): Promise<Result<true>> {
  const { attestation, text, heardAt } = words
  if (attestation.by === 'none') return bad(unsigned(words.person))
  const skewMs = heardAt - attestation.at
  if (!(Math.abs(skewMs) <= ALLOWED_SKEW_MS)) return bad(stale(words.person, skewMs))
  if (attestation.by === 'person') return await verifyPerson(words, trust)
  return isSignedBy(trust.bot, text, attestation.signature) ? good(true) : bad(notTheBot(words.person))
}

async function verifyPerson(
  { attestation, text, person }: AttestedWords,
  trust: AttestationTrust,
): Promise<Result<true>> {
  const known = personByName(trust.directory, person)
  if (!known) return bad(nobody(person))
  return await verifySsh({ text, signature: attestation.signature, person: known }, trust.path)
}

const NOT_TAKEN = 'These words are not acted on.'

function unsigned(person: string): Problem {
  return {
    code: 'unsigned',
    message: `The words of ${person || 'somebody unknown'} are not signed.`,
    stillTrue: NOT_TAKEN,
    next: 'Sign with your SSH key; unsigned words may only read.',
  }
}

function stale(person: string, skewMs: number): Problem {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  return {
    code: 'stale-signature',
    message: `The signature of ${person} is ${minutes} min ${skewMs > 0 ? 'older' : 'newer'} than the journal's clock; 5 min are allowed.`,
    stillTrue: NOT_TAKEN,
    next: 'Say it again; if that does not help, set the clock of the computer it was signed on.',
  }
}

function nobody(person: string): Problem {
  return {
    code: 'unknown-person',
    message: `${person || 'Somebody'} is not in people of the configuration.`,
    stillTrue: NOT_TAKEN,
    next: 'Whoever runs ha-bot adds them to ha.yaml.',
  }
}

function notTheBot(person: string): Problem {
  return {
    code: 'bad-signature',
    message: `The words of ${person || 'somebody'} came without a signature of the bot that is trusted here.`,
    stillTrue: NOT_TAKEN,
    next: 'If the bot has a new key, put its .pub file into the folder signing.trusted; if not, somebody else wrote to the journal.',
  }
}
