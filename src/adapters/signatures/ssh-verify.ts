import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../../policy/people.ts'
import { bad, good, type Problem, type Result } from '../../problem.ts'
import { type KeygenAnswer, runSshKeygen } from './ssh-keygen.ts'
import { SSH_NAMESPACE } from './ssh-sign.ts'

export interface SshClaim {
  /** The exact text that was signed. */
  readonly text: string
  /** Armoured output of `ssh-keygen -Y sign`. */
  readonly signature: string
  readonly person: Person
}

const LIMIT_MS = 10_000
/** Names are patterns to ssh-keygen: only plain ones are handed to it. */
const PLAIN_NAME = /^[a-z0-9][a-z0-9._-]*$/

/** Whether one of the person's keys in the configuration signed exactly this text for ha-bot. */
export async function verifySsh(
  { text, signature, person }: SshClaim,
  path: string | undefined,
): Promise<Result<true>> {
  if (person.ssh.length === 0 || !PLAIN_NAME.test(person.name)) return bad(noKeys(person.name))
  const folder = await mkdtemp(join(tmpdir(), 'ha-verify-'))
  try {
    const signers = join(folder, 'allowed_signers')
    const signed = join(folder, 'signature')
    await writeFile(signers, person.ssh.map(key => allowedSigner(person.name, key)).join(''), { mode: 0o600 })
    await writeFile(signed, signature, { mode: 0o600 })
    const answer = await runSshKeygen({
      args: ['-Y', 'verify', '-f', signers, '-I', person.name, '-n', SSH_NAMESPACE, '-s', signed],
      stdin: text,
      env: { PATH: path },
      timeoutMs: LIMIT_MS,
    })
    if (!answer.ok) return answer
    return answer.value.exitCode === 0 ? good(true) : bad(notTheirs(person, answer.value))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** `name namespaces="ha-bot" type base64`: the comment is left out, nothing of it can become an option. */
function allowedSigner(name: string, key: string): string {
  return `${name} namespaces="${SSH_NAMESPACE}" ${key.split(/\s+/).slice(0, 2).join(' ')}\n`
}

const NOT_TAKEN = 'These words are not taken as theirs.'

function noKeys(name: string): Problem {
  return {
    code: 'no-ssh-key',
    message: `${name} has no SSH key in the configuration, so nothing signed at a terminal can be theirs.`,
    stillTrue: NOT_TAKEN,
    next: `Whoever runs ha-bot adds the public key under people.${name}.ssh in ha.yaml.`,
  }
}

function notTheirs({ name }: Person, { stderr }: KeygenAnswer): Problem {
  const [why, next] = reasonIn(stderr, name)
  return {
    code: 'bad-signature',
    message: `The signature of ${name} does not hold: ${why}.`,
    stillTrue: NOT_TAKEN,
    next,
  }
}

function reasonIn(stderr: string, name: string): readonly [string, string] {
  if (stderr.includes('incorrect signature'))
    return ['it is for another text', 'Say it again; what was signed was altered.']
  if (stderr.includes('namespace does not match')) return ['it was made for another purpose', 'Sign with `ha`.']
  if (/incomplete message|missing header|invalid format/.test(stderr))
    return ['it is no SSH signature', 'Sign with `ha`.']
  return [
    `it was made with a key that is not theirs`,
    `Sign with a key that people.${name}.ssh in ha.yaml names, or have yours added there.`,
  ]
}
