import { good, type Problem, type Result } from '../problem.ts'
import { allSteps } from './all-steps.ts'
import { parseCommandPattern } from './command-grammar.ts'
import { areAmbiguous } from './command-match.ts'
import { createLibrary, type Library } from './library.ts'
import { atKey, givenProblems, useProblems } from './lint-uses.ts'
import { parseRunbook } from './parse.ts'
import type { LoadedRunbook, Step } from './schema.ts'
import type { SourceText } from './source-text.ts'
import { type Lock, verifyLock } from './versions.ts'

/** Everything wrong with a folder of runbooks: in each file, between the files, and against the lock. */
export function lintRunbooks(files: readonly SourceText[], lock: Lock): readonly Problem[] {
  const { loaded, problems } = parseAll(files)
  return [...problems, ...loaded.flatMap(misplaced), ...amongThem(loaded), ...verifyLock(lock, loaded)]
}

/** The library these files are, if nothing is wrong with them. */
export function loadLibrary(files: readonly SourceText[], lock: Lock): Result<Library> {
  const problems = lintRunbooks(files, lock)
  return problems.length > 0 ? { ok: false, problems } : good(createLibrary(parseAll(files).loaded))
}

function parseAll(files: readonly SourceText[]): { loaded: readonly LoadedRunbook[]; problems: readonly Problem[] } {
  const results = files.map(({ file, text }) => parseRunbook(file, text))
  return {
    loaded: results.flatMap(result => (result.ok ? [result.value] : [])),
    problems: results.flatMap(result => (result.ok ? [] : result.problems)),
  }
}

/** A runbook is found by its folder and name, so that nobody has to open it to know what it is. */
function misplaced(one: LoadedRunbook): readonly Problem[] {
  const { stack, name } = one.runbook
  const [folder, base] = one.file.split('/').slice(-2)
  if (base === undefined || (folder === stack && base === `${name}.yaml`)) return []
  return [atKey(one, 'name', 'misplaced', `Runbook ${name} for ${stack} belongs in ${stack}/${name}.yaml.`)]
}

function amongThem(loaded: readonly LoadedRunbook[]): readonly Problem[] {
  return loaded.flatMap((one, index) => {
    const before = loaded.slice(0, index).filter(other => other.runbook.stack === one.runbook.stack)
    const twin = before.find(other => other.runbook.name === one.runbook.name)
    if (twin) return [atKey(one, 'name', 'duplicate-runbook', `${twin.file} is a runbook of the same name.`)]
    const rival = before.find(other => isAmbiguous(one, other))
    const ambiguous = rival ? [ambiguity(one, rival)] : []
    const undos = allSteps(one.runbook).flatMap(step => undoProblems(one, step, loaded))
    return [...ambiguous, ...undos, ...useProblems(one, loaded)]
  })
}

function isAmbiguous(one: LoadedRunbook, other: LoadedRunbook): boolean {
  const [a, b] = [parseCommandPattern(one.runbook.command), parseCommandPattern(other.runbook.command)]
  return a.ok && b.ok && areAmbiguous(a.value, b.value)
}

function ambiguity(one: LoadedRunbook, rival: LoadedRunbook): Problem {
  const message = `Some words would mean both "${one.runbook.command}" and "${rival.runbook.command}" (${rival.file}).`
  return { ...atKey(one, 'command', 'ambiguous-command', message), next: 'Begin one of them with another word.' }
}

/** An undo that uses another runbook must be able to: it exists for this stack, and gets what it needs. */
function undoProblems(one: LoadedRunbook, step: Step, loaded: readonly LoadedRunbook[]): readonly Problem[] {
  if (step.kind !== 'run' || typeof step.undo !== 'object') return []
  const { use, with: given = {} } = step.undo
  const used = loaded.find(({ runbook }) => runbook.stack === one.runbook.stack && runbook.name === use)
  const say = (message: string) => atKey(one, `use: ${use}`, 'undo', `Step ${step.id} is undone by ${use}: ${message}`)
  if (!used) return [say(`there is no such runbook for ${one.runbook.stack}.`)]
  return givenProblems(used.runbook, given).map(say)
}
