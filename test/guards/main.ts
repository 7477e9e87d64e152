/**
 * Takes each guard out in a copy of the checkout and expects its test to go red. `npm run guards` tries all of them;
 * `npm run guards -- claim-once fence` some; `--list` names them. Exits 1 when a guard could be taken out without anybody noticing.
 */
import { fileURLToPath } from 'node:url'
import { type Copy, copyCheckout } from './copy.ts'
import type { Guard, Trial } from './guard.ts'
import { GUARDS } from './guards.ts'
import { endAllIn } from './left-behind.ts'
import { runTests } from './run-tests.ts'
import { againstTest, tryWithout } from './trial.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WHOLE_LIMIT_MS = 10 * 60_000

async function main(words: readonly string[]): Promise<number> {
  const unknown = words.filter(word => word !== '--list' && !GUARDS.some(guard => guard.id === word))
  if (unknown.length > 0) {
    console.error(`No such guard: ${unknown.join(', ')}. They are: ${GUARDS.map(guard => guard.id).join(', ')}`)
    return 2
  }
  if (words.includes('--list')) {
    for (const guard of GUARDS) console.log(`${guard.id.padEnd(WIDTH)} ${guard.without}`)
    return 0
  }
  const copy = copyCheckout(ROOT)
  const leave = leaver(copy)
  try {
    return await tryAll(copy, words.length === 0 ? GUARDS : GUARDS.filter(guard => words.includes(guard.id)))
  } finally {
    leave()
  }
}

const WIDTH = Math.max(...GUARDS.map(guard => guard.id.length))

/** Whoever interrupts this must not be left with processes and folders. */
function leaver(copy: Copy): () => void {
  const leave = (): void => {
    endAllIn(copy.folder)
    copy.remove()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      leave()
      process.exit(130)
    })
  return leave
}

async function tryAll(copy: Copy, guards: readonly Guard[]): Promise<number> {
  const begun = performance.now()
  const unusable = await withAllInPlace(copy, guards)
  console.log('Without:')
  const trials: Trial[] = []
  for (const guard of guards) {
    const why = unusable.get(guard)
    const trial: Trial =
      why === undefined
        ? await tryWithout(guard, titlesOf(guard.test, guards), copy)
        : { guard, verdict: 'broken', noticed: why, seconds: 0 }
    trials.push(trial)
    console.log(line(trial))
  }
  const red = trials.filter(trial => trial.verdict === 'red').length
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  console.log(
    `${trials.length} guards, ${red} missed by their tests when taken out, ${trials.length - red} not; ${minutes} min`,
  )
  return red === trials.length ? 0 : 1
}

/** Guards whose test is not green to begin with, and why. What was red is asked once more alone: the computer may have been too busy. */
async function withAllInPlace(copy: Copy, guards: readonly Guard[]): Promise<ReadonlyMap<Guard, string>> {
  const files = [...new Set(guards.map(guard => guard.test))]
  console.log(`With every guard in its place: the tests of ${files.length} files`)
  const whole = await runTests(copy, files, [...new Set(guards.map(guard => guard.title))], WHOLE_LIMIT_MS)
  const unusable = new Map<Guard, string>()
  for (const guard of guards) {
    if (againstTest(guard, whole.results) === undefined) continue
    const alone = await runTests(copy, [guard.test], titlesOf(guard.test, guards), WHOLE_LIMIT_MS)
    const why = againstTest(guard, alone.results)
    if (why !== undefined) unusable.set(guard, why)
  }
  console.log(unusable.size === 0 ? 'green' : `green but for ${unusable.size} guards, which can therefore not be tried`)
  return unusable
}

function titlesOf(file: string, guards: readonly Guard[]): readonly string[] {
  return [...new Set(guards.filter(guard => guard.test === file).map(guard => guard.title))]
}

function line({ guard, verdict, noticed, seconds }: Trial): string {
  return `${verdict.padEnd(9)} ${guard.id.padEnd(WIDTH)} ${seconds.toFixed(1).padStart(6)} s  ${noticed}`
}

process.exitCode = await main(process.argv.slice(2))
