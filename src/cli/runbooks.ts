import { readFile, writeFile } from 'node:fs/promises'
import { type RunbookFolder, readRunbookFolder } from '../adapters/runbook-files.ts'
import { loadConfig } from '../config.ts'
import { problemText, type Result } from '../problem.ts'
import { renderJsonSchema } from '../runbooks/json-schema.ts'
import { lintRunbooks } from '../runbooks/lint.ts'
import { parseRunbook } from '../runbooks/parse.ts'
import { renderLock, updateLock, verifyLock } from '../runbooks/versions.ts'
import { columns } from '../transcripts/columns.ts'
import type { CliContext } from './context.ts'
import { refuse } from './output.ts'

const FAILED = 1

/** The folder named by `--dir`, else the one of ha.yaml, else `./runbooks`: linting needs no configuration. */
async function folderOf(context: CliContext, dir: string | undefined): Promise<Result<RunbookFolder>> {
  if (dir !== undefined) return await readRunbookFolder(dir)
  const config = await loadConfig({ env: context.env })
  return config.ok ? await readRunbookFolder(config.value.runbooks, 'runbooks') : await readRunbookFolder('runbooks')
}

export async function listRunbooks(context: CliContext, dir: string | undefined): Promise<number> {
  const folder = await folderOf(context, dir)
  if (!folder.ok) return refuse(context.out, folder.problems)
  const loaded = folder.value.files.flatMap(({ file, text }) => {
    const parsed = parseRunbook(file, text)
    return parsed.ok ? [parsed.value.runbook] : []
  })
  if (context.out.json) context.out.say(JSON.stringify(loaded))
  else
    context.out.say(
      columns(loaded.map(one => [`${one.stack}/${one.name}`, one.version, one.risk, one.command, one.summary])).join(
        '\n',
      ),
    )
  return 0
}

export async function showRunbook(context: CliContext, name: string, dir: string | undefined): Promise<number> {
  const folder = await folderOf(context, dir)
  if (!folder.ok) return refuse(context.out, folder.problems)
  const found = folder.value.files.filter(({ file }) => file.endsWith(`/${name}.yaml`))
  if (found.length === 0)
    return refuse(context.out, [
      { code: 'unknown-runbook', message: `There is no runbook "${name}".`, next: '`ha runbooks list` shows them.' },
    ])
  context.out.say(found.map(({ file, text }) => `# ${file}\n${text.trimEnd()}`).join('\n---\n'))
  return 0
}

/** Exit code 1 when something is wrong, so that CI can use it. */
export async function lintRunbooksCommand(context: CliContext, dir: string | undefined): Promise<number> {
  const folder = await folderOf(context, dir)
  if (!folder.ok) return refuse(context.out, folder.problems)
  const problems = lintRunbooks(folder.value.files, folder.value.lock)
  if (context.out.json) context.out.say(JSON.stringify({ files: folder.value.files.length, problems }))
  else if (problems.length > 0) context.out.complain(problems.map(problemText).join('\n\n'))
  else context.out.say(`${folder.value.files.length} runbooks, nothing wrong.`)
  return problems.length > 0 ? FAILED : 0
}

/** Pins every version that is not pinned yet. One that is pinned and was changed stays refused, unless `again` says it was never used. */
export async function lockRunbooks(context: CliContext, dir: string | undefined, again: boolean): Promise<number> {
  const folder = await folderOf(context, dir)
  if (!folder.ok) return refuse(context.out, folder.problems)
  const { files, lock, lockFile } = folder.value
  const parsed = files.map(({ file, text }) => parseRunbook(file, text))
  const loaded = parsed.flatMap(one => (one.ok ? [one.value] : []))
  const changed = again ? [] : verifyLock(lock, loaded).filter(problem => problem.code === 'version-changed')
  const problems = [...parsed.flatMap(one => (one.ok ? [] : one.problems)), ...changed]
  if (problems.length > 0) return refuse(context.out, problems)

  const text = renderLock(updateLock(lock, loaded))
  const isCurrent = text === (await readFile(lockFile, 'utf8').catch(() => ''))
  if (!isCurrent) await writeFile(lockFile, text)
  context.out.say(
    isCurrent ? 'runbooks.lock is current.' : `runbooks.lock now pins ${loaded.length} runbooks as they are.`,
  )
  return 0
}

/** Prints the JSON Schema for editors, or writes it where the runbooks expect it. */
export async function runbookSchema(context: CliContext, write: string | undefined): Promise<number> {
  if (write === undefined) context.out.say(renderJsonSchema().trimEnd())
  else await writeFile(write, renderJsonSchema())
  return 0
}
