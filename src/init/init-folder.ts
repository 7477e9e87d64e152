import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { makeSigningKeys, SIGNING_ROLES } from './keys.ts'

export interface InitFolder {
  /** Made when it is not there. */
  readonly folder: string
}

/** Shipped beside the program, from source and when built. */
const EXAMPLE = new URL('../../deploy/ha.example.yaml', import.meta.url)

/**
 * Begins a configuration: `ha.yaml` with an example to change, and keys for bot and worker. Overwrites nothing: is any of it there,
 * nothing is written. Good: what was made and what to do next, one line each.
 */
export async function initFolder({ folder }: InitFolder): Promise<Result<readonly string[]>> {
  const keys = join(folder, 'keys')
  const config = join(folder, 'ha.yaml')
  const wanted = [config, ...SIGNING_ROLES.flatMap(role => [join(keys, role), join(keys, 'trusted', `${role}.pub`)])]
  const present = await presentOf(wanted)
  if (present.length > 0) return bad(alreadyThere(present))
  try {
    await mkdir(keys, { recursive: true, mode: 0o700 })
    const made = await makeSigningKeys(keys)
    await writeFile(join(keys, '.gitignore'), '*\n!.gitignore\n!trusted/\n!trusted/*.pub\n')
    await writeFile(config, await readFile(EXAMPLE), { flag: 'wx' })
    return good([...[config, ...made].map(file => `made  ${file}`), '', ...NEXT])
  } catch (error) {
    return bad(notWritten(folder, error))
  }
}

const NEXT = [
  'Next:',
  '  1. ha.yaml: write your people, teams and clusters in place of the example.',
  '  2. keys/pvfs: the SSH key of the worker; keys/known_hosts: the host keys of the nodes.',
  '  3. `ha slack manifest` prints the Slack app; its tokens go into SLACK_BOT_TOKEN and SLACK_APP_TOKEN.',
  '  4. `ha doctor` says what is still missing.',
  'The private keys keys/bot and keys/worker stay on their machines; only keys/trusted may be copied.',
]

async function presentOf(paths: readonly string[]): Promise<readonly string[]> {
  const checked = await Promise.all(paths.map(async path => ((await isThere(path)) ? [path] : [])))
  return checked.flat()
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

function alreadyThere(present: readonly string[]): Problem {
  return {
    code: 'already-there',
    message: `There is a configuration already: ${present.join(', ')}.`,
    stillTrue: 'Nothing was written.',
    next: 'Choose another folder, or move those files away.',
  }
}

function notWritten(folder: string, error: unknown): Problem {
  return {
    code: 'not-written',
    message: `The configuration could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}.`,
    next: 'Remove what was begun there, mend the cause, and try again.',
  }
}
