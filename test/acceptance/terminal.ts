import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { onTestFinished } from 'vitest'
import { newKeyPair } from '../../lab/simulated/ssh/keys.ts'
import { createContext } from '../../src/cli/context.ts'
import { USAGE } from '../../src/cli/output.ts'
import { createProgram } from '../../src/cli/program.ts'
import type { Ran } from './child.ts'

const LIMIT_MS = 60_000

export type Env = Readonly<Record<string, string>>

/** What `ha` does with these words, in this process: everything but its entry, which the tests that start children cover. */
export async function ha(args: readonly string[], env: Env): Promise<Ran> {
  const said: string[] = []
  const complained: string[] = []
  const output = {
    say: (text: string) => void said.push(`${text}\n`),
    complain: (text: string) => void complained.push(`${text}\n`),
    json: args.includes('--json'),
  }
  let code = 0
  const context = createContext({ PATH: process.env['PATH'], ...env }, output, false, AbortSignal.timeout(LIMIT_MS))
  const program = createProgram(context, exit => {
    code = exit
  })
  await program.parseAsync([...args], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error
    code = error.exitCode === 0 ? 0 : USAGE
  })
  return { code, stdout: said.join(''), stderr: complained.join('') }
}

/** An SSH key that belongs to nobody of the configuration; `publicOf` puts somebody else's public half beside it. */
export async function strangersKey(folder: string, publicOf?: string): Promise<string> {
  const pair = newKeyPair('a stranger')
  const file = join(folder, publicOf ? 'stolen' : 'stranger')
  await writeFile(file, pair.private)
  await chmod(file, 0o600)
  if (publicOf) await cp(`${publicOf}.pub`, `${file}.pub`)
  else await writeFile(`${file}.pub`, `${pair.public}\n`)
  return file
}

/** A folder for one test. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ha-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

type Changed = (config: Record<string, unknown>) => Record<string, unknown>

/** The configuration of a stage, changed, in a file of its own. */
export async function changedConfig(configFile: string, change: Changed): Promise<string> {
  const text = await readFile(configFile, 'utf8')
  const file = join(await scratch(), 'ha.yaml')
  await writeFile(file, JSON.stringify(change(JSON.parse(text.replace(/^#.*\n/, '')))))
  return file
}
