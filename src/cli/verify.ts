import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isBundle, type Verdict, verifyBundle } from '../adapters/archive/verify.ts'
import { isSignedBy, loadTrusted } from '../adapters/signatures/bot-signature.ts'
import { type Config, loadConfig } from '../config.ts'
import { bad, good, type Problem, type Result } from '../problem.ts'
import { printable } from '../transcripts/printable.ts'
import { parseWitness, type Witness, witnessText } from '../transcripts/proof/witness.ts'
import type { CliContext } from './context.ts'
import { refuse } from './output.ts'

export interface VerifyOptions {
  /** A worker's public key (PEM); without it those of the configuration. */
  readonly key?: string
  /** What a witness saw: `27:9b2f…` as posted in the thread. */
  readonly head?: string
}

/** `ha verify <bundle or run>`: 0 unaltered, 1 altered, 2 could not be asked. With a folder and `--key` it needs no configuration. */
export async function verifyCommand(context: CliContext, what: string, options: VerifyOptions): Promise<number> {
  const { out, env } = context
  const config = await loadConfig({ env })
  const folder = await folderOf(what, config)
  const keys = await keysOf(options.key, config)
  const witness = witnessOf(options.head)
  if (!folder.ok || !keys.ok || !witness.ok)
    return refuse(
      out,
      [folder, keys, witness].flatMap(one => (one.ok ? [] : one.problems)),
    )
  const verdict = await verifyBundle({
    folder: folder.value,
    isSigned: (text, signature) => isSignedBy(keys.value, text, signature),
    ...(witness.value && { witness: witness.value }),
  })
  out.say(out.json ? JSON.stringify(asJson(folder.value, verdict)) : verdictText(folder.value, verdict))
  return verdict.faults.length === 0 ? 0 : 1
}

function asJson(bundle: string, { statement, entries, files, faults, notes }: Verdict) {
  return { bundle, unaltered: faults.length === 0, seal: statement, entries, files, faults, notes }
}

function verdictText(folder: string, { statement, entries, files, faults, notes }: Verdict): string {
  const whose = statement ? `run #${statement.number} ${statement.run}` : folder
  const seal = statement
    ? `sealed by ${statement.by} at entry ${witnessText(statement)}`
    : 'without a seal that can be read'
  const count = `${faults.length} ${faults.length === 1 ? 'thing is' : 'things are'} not as sealed`
  const lines = [
    faults.length === 0 ? `✓ unaltered  ${whose}` : `✗ ALTERED  ${whose}: ${count}`,
    ...faults.map(({ where, what }) => `  ${where}: ${what}`),
    `  ${entries} entries, ${files} files, ${seal}`,
    ...notes.map(note => `  ${note}`),
    ...(faults.length === 0
      ? []
      : [
          '  Do not rely on this bundle. What is left of it is as it was found; the journal and the nodes may know more.',
        ]),
  ]
  return printable(lines.join('\n'))
}

async function folderOf(what: string, config: Result<Config>): Promise<Result<string>> {
  const number = /^#?(\d{1,9})$/.exec(what)?.[1]
  if (number === undefined) return (await isBundle(what)) ? good(what) : bad(noBundle(what))
  if (!config.ok) return bad(...config.problems)
  const found = await foldersOf(config.value.archive, number)
  const [only] = found
  if (only === undefined) return bad(noBundle(`run #${number} in ${config.value.archive}`))
  if (found.length === 1) return good(only)
  return bad({
    code: 'several-bundles',
    message: `There are ${found.length} runs #${number}: ${found.join(', ')}.`,
    next: 'Name the folder of the one you mean.',
  })
}

/** `archive/YYYY/MM/DD/<number>-<ulid>`, newest first. */
async function foldersOf(archive: string, number: string): Promise<string[]> {
  let folders = [archive]
  for (const digits of [/^\d{4}$/, /^\d\d$/, /^\d\d$/, new RegExp(`^${number}-`)])
    folders = (await Promise.all(folders.map(folder => below(folder, digits)))).flat()
  return folders.sort().reverse()
}

async function below(folder: string, name: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => [])
  return names.filter(one => name.test(one)).map(one => join(folder, one))
}

async function keysOf(file: string | undefined, config: Result<Config>): Promise<Result<readonly KeyObject[]>> {
  if (file === undefined) {
    if (config.ok) return await loadTrusted(config.value.signing.trusted, 'worker')
    return bad({
      code: 'no-key',
      message: 'It takes the public key of the worker that sealed it.',
      next: 'Name it: --key worker.pub',
    })
  }
  try {
    const pem = await readFile(file, 'utf8')
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519' && !pem.includes('PRIVATE KEY')) return good([key])
  } catch {
    // Told below: whatever it is, it is not a public key.
  }
  const there = await stat(file).catch(() => undefined)
  const why = there ? 'is not a public Ed25519 key (PEM)' : 'is not there'
  return bad({ code: 'no-key', message: `${file} ${why}.`, next: 'Take worker.pub of the folder signing.trusted.' })
}

function witnessOf(text: string | undefined): Result<Witness | undefined> {
  if (text === undefined) return good(undefined)
  const witness = parseWitness(text)
  if (witness) return good(witness)
  return bad({
    code: 'no-head',
    message: `"${text}" is not the head of a chain.`,
    next: 'Take it from the thread: --head 27:9b2f0c1d2e3f4a5b',
  })
}

function noBundle(what: string): Problem {
  return {
    code: 'no-bundle',
    message: `There is no bundle at ${what}: no events.ndjson, no SHA256SUMS, no SEAL.`,
    next: 'Name the folder of a run, as archive/2026/11/21/42-01JD…, or its number.',
  }
}
