import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Copy } from './copy.ts'
import type { Change, Guard, Trial } from './guard.ts'
import { type Ended, runTests, type TestResult } from './run-tests.ts'

/** Above what the slowest of the named tests takes on a busy computer. */
const LIMIT_MS = 4 * 60_000

/** What a change that is no proper code anymore makes of a test: that is no proof of anything. */
const NO_CODE = /^(ReferenceError|SyntaxError|Error: Transform failed)/

/**
 * Takes one guard out of the copy, runs its test there, and puts it back. `titles` are all that were run of its file with everything in its
 * place: what comes before a test may bear on it.
 */
export async function tryWithout(guard: Guard, titles: readonly string[], copy: Copy): Promise<Trial> {
  const begun = performance.now()
  const done = (verdict: Trial['verdict'], noticed: string): Trial => ({
    guard,
    verdict,
    noticed,
    seconds: (performance.now() - begun) / 1000,
  })
  const changes = [guard, ...(guard.also ?? [])]
  const missing = changes.find(change => occurrences(change, copy.folder) !== 1)
  if (missing) return done('not-found', `${missing.file} has it ${occurrences(missing, copy.folder)} times`)
  const putBack = makeChanges(changes, copy.folder)
  try {
    const ended = await runTests(copy, [guard.test], titles, LIMIT_MS)
    return done(...judge(guard, ended))
  } finally {
    putBack()
  }
}

/** Whether its test is there and green as long as the guard is in its place; if not, why. */
export function againstTest(guard: Guard, results: readonly TestResult[]): string | undefined {
  const mine = resultsOf(guard, results)
  const failed = mine.find(result => result.status === 'failed')
  if (failed) return `red with the guard in its place: ${failed.name}: ${failed.message}`
  const isThere = mine.some(result => result.status === 'passed')
  return isThere ? undefined : `${guard.test} has no test "${guard.title}", or it was skipped`
}

function judge(guard: Guard, { exitCode, results, log }: Ended): [Trial['verdict'], string] {
  const mine = resultsOf(guard, results)
  const failed = mine.find(result => result.status === 'failed')
  if (failed && NO_CODE.test(failed.message)) return ['broken', `${failed.name}: ${failed.message}`]
  if (failed) return ['red', `${failed.name} (${failed.message})`]
  if (mine.some(result => result.status === 'passed'))
    return ['green', `it did not notice; ${othersThan(mine, results)}`]
  return ['broken', `ended without a failed test (exit code ${exitCode}):\n${log}`]
}

function othersThan(mine: readonly TestResult[], results: readonly TestResult[]): string {
  const other = results.find(result => result.status === 'failed' && !mine.includes(result))
  return other ? `another one did: ${other.name}` : 'nobody did'
}

function resultsOf({ test, title }: Guard, results: readonly TestResult[]): readonly TestResult[] {
  return results.filter(({ file, name }) => file === test && name.includes(title))
}

/** How often the text of a change stands in its file; 0 when there is no such file. */
export function occurrences({ file, find }: Change, folder: string): number {
  try {
    return readFileSync(join(folder, file), 'utf8').split(find).length - 1
  } catch {
    return 0
  }
}

function makeChanges(changes: readonly Change[], folder: string): () => void {
  const before = new Map(changes.map(({ file }) => [file, readFileSync(join(folder, file), 'utf8')]))
  for (const { file, find, replace } of changes) {
    const text = readFileSync(join(folder, file), 'utf8')
    writeFileSync(
      join(folder, file),
      text.replace(find, () => replace),
    )
  }
  return () => {
    for (const [file, text] of before) writeFileSync(join(folder, file), text)
  }
}
