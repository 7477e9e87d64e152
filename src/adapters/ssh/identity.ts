import ssh2 from 'ssh2'
import type { SshSettings } from '../../clusters/inventory.ts'

export type ReadFile = (path: string) => Promise<Buffer>

/** What a login is tried with, in this order: the identity file, then the agent. */
export interface Identity {
  readonly privateKey?: Buffer
  readonly agent?: string
  /** For people: `keys/pvfs`, `the agent at /run/…`. */
  readonly described: string
}

/**
 * Reads the identity when it is needed, so that a rotated key counts from the next connect on. A string is the
 * problem, as one sentence with what to do.
 */
export async function readIdentity(
  ssh: SshSettings,
  readFile: ReadFile,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Identity | string> {
  const { SSH_AUTH_SOCK: socket } = env
  const agent = ssh.agent === true ? socket : ssh.agent
  if (ssh.agent === true && !agent) return 'The configuration asks for an SSH agent, but SSH_AUTH_SOCK is not set.'
  const byAgent = agent === undefined ? undefined : { agent, described: `the agent at ${agent}` }
  if (ssh.identityFile === undefined) return byAgent ?? 'The configuration names neither an identityFile nor an agent.'
  const key = await readPrivateKey(ssh.identityFile, readFile)
  if (typeof key === 'string') return key
  const described = byAgent ? `${ssh.identityFile} or ${byAgent.described}` : ssh.identityFile
  return { ...byAgent, privateKey: key, described }
}

async function readPrivateKey(path: string, readFile: ReadFile): Promise<Buffer | string> {
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    return `The identity file ${path} cannot be read (${errnoOf(error)}).`
  }
  const parsed = ssh2.utils.parseKey(content)
  if (parsed instanceof Error) {
    return /encrypted/i.test(parsed.message)
      ? `The identity file ${path} is encrypted, and nobody is there to type its passphrase: use an agent, or a key without one.`
      : `The identity file ${path} is not a private key that ha-bot can read (${parsed.message}).`
  }
  return parsed.isPrivateKey() ? content : `The identity file ${path} holds a public key; the private one is needed.`
}

/** `ENOENT` and the like; the message where there is no code. */
export function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
