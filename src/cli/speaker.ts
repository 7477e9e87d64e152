import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { signWithSsh } from '../adapters/signatures/ssh-sign.ts'
import type { Attest } from '../commands/desk.ts'
import type { Directory, Person } from '../policy/people.ts'
import { problemText } from '../problem.ts'
import type { Speaker } from '../runs/events.ts'
import type { CliContext } from './context.ts'

export interface TerminalSpeaker {
  readonly speaker: Speaker
  readonly attest: Attest
}

/**
 * Who speaks at this terminal: the person whose key in the configuration is the public half of the key file. Without a key, or with one
 * that nobody has, the words go unsigned, which is enough to read and for nothing else.
 */
export async function terminalSpeaker(
  context: CliContext,
  directory: Directory,
  keyOption: string | undefined,
): Promise<TerminalSpeaker> {
  const keyFile = keyOption ?? context.env['HA_KEY'] ?? join(context.env['HOME'] ?? '', '.ssh/id_ed25519')
  const person = ownerOf(directory, await publicKey(keyFile))
  const name = person?.name ?? context.env['HA_PERSON'] ?? userInfo().username
  const speaker: Speaker = { person: person?.name ?? '', via: 'cli', name }
  return { speaker, attest: person ? signer(context, keyFile) : unsigned }
}

const unsigned: Attest = async (_text, at) => ({ by: 'none', signature: '', at })

function signer(context: CliContext, keyFile: string): Attest {
  return async (text, at) => {
    const { env, interactive } = context
    const signature = await signWithSsh(text, { keyFile, env, interactive })
    if (!signature.ok) throw new Error(signature.problems.map(problemText).join(' '))
    return { by: 'person', signature: signature.value, at }
  }
}

/** `type base64` of the key file's public half: from the `.pub` beside it, or asked of ssh-keygen where the key has no passphrase. */
async function publicKey(keyFile: string): Promise<string | undefined> {
  const beside = await readFile(keyFile.endsWith('.pub') ? keyFile : `${keyFile}.pub`, 'utf8').catch(() => undefined)
  if (beside !== undefined) return keyPart(beside)
  const derived = await promisify(execFile)('ssh-keygen', ['-y', '-P', '', '-f', keyFile]).catch(() => undefined)
  return derived && keyPart(derived.stdout)
}

function ownerOf(directory: Directory, key: string | undefined): Person | undefined {
  if (key === undefined) return undefined
  return Object.values(directory.people).find(person => person.ssh.some(line => keyPart(line) === key))
}

function keyPart(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(' ')
}
