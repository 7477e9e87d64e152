import { bad, good, type Problem, type Result } from '../../problem.ts'
import { type KeygenAnswer, runSshKeygen } from './ssh-keygen.ts'

/** What a signature is for, so that one made for something else is worth nothing here. */
export const SSH_NAMESPACE = 'ha-bot'

export interface SshSigner {
  /** A private key, or the public part of one that an agent holds. */
  readonly keyFile: string
  /** SSH_AUTH_SOCK and PATH are used. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person can be asked for a passphrase at this terminal. */
  readonly interactive: boolean
}

/** Time for a person to type a passphrase or to touch a key. */
const PATIENCE_MS = 60_000

/** Signs a text with a person's own key. Good: the armoured signature. */
export async function signWithSsh(text: string, { keyFile, env, interactive }: SshSigner): Promise<Result<string>> {
  const neverAsk = { SSH_ASKPASS: 'false', SSH_ASKPASS_REQUIRE: 'force' }
  const answer = await runSshKeygen({
    args: ['-Y', 'sign', '-n', SSH_NAMESPACE, '-f', keyFile],
    stdin: text,
    env: interactive ? env : { ...env, ...neverAsk },
    timeoutMs: PATIENCE_MS,
  })
  if (!answer.ok) return answer
  const signature = answer.value.stdout
  return answer.value.exitCode === 0 && signature.includes('BEGIN SSH SIGNATURE')
    ? good(signature)
    : bad(notSigned(keyFile, answer.value, interactive))
}

function notSigned(keyFile: string, { stderr }: KeygenAnswer, interactive: boolean): Problem {
  const problem = (why: string, next: string) => ({
    code: 'not-signed',
    message: `Your words could not be signed with ${keyFile}: ${why}.`,
    stillTrue: 'Nothing was asked for.',
    next,
  })
  if (stderr.includes('incorrect passphrase')) {
    return interactive
      ? problem('the passphrase is wrong', 'Try again.')
      : problem(
          'it is encrypted, and there is no terminal to ask for its passphrase',
          'Load it with ssh-add, and name its .pub file.',
        )
  }
  if (stderr.includes('too open')) return problem('other users can read it', `chmod 600 ${keyFile}`)
  if (stderr.includes('No such file')) return problem('there is no such file', 'Name your key with --key.')
  if (stderr.includes('No private key found')) {
    return problem('neither a file nor an agent has its private part', 'Start ssh-agent and load the key with ssh-add.')
  }
  return problem(stderr.trim().split('\n').at(-1) ?? 'ssh-keygen did not say why', 'Try ssh-keygen -Y sign by hand.')
}
