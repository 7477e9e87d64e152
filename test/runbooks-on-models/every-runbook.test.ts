import { describe, expect, it } from 'vitest'
import { readRunbookFolder } from '../../src/adapters/runbook-files.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import type { Runbook } from '../../src/runbooks/schema.ts'
import { successes, unusedControls, type Wanted } from './coverage.ts'

const RUNBOOKS = new URL('../../runbooks', import.meta.url).pathname

describe('the tests of this folder leave nothing out', () => {
  it('every runbook of the library is carried out to success on the model of its stack', async () => {
    const wanted = successes()
    const library = await runbooks()
    const meant = new Set(wanted.map(each => nameOf(runbookOf(each, library))))
    expect(library.map(nameOf).filter(name => !meant.has(name))).toEqual([])
  })

  it('everything that can be done to a model is done by a test', () => {
    expect(unusedControls()).toEqual([])
  })
})

async function runbooks(): Promise<readonly Runbook[]> {
  const folder = await readRunbookFolder(RUNBOOKS)
  if (!folder.ok) throw new Error(JSON.stringify(folder.problems))
  return folder.value.files.map(({ file, text }) => {
    const runbook = parseRunbook(file, text)
    if (!runbook.ok) throw new Error(JSON.stringify(runbook.problems))
    return runbook.value.runbook
  })
}

/** The runbook that the words mean: the one whose command begins alike and is the longest. */
function runbookOf({ stack, text, at }: Wanted, library: readonly Runbook[]): Runbook {
  const words = text.split(' ')
  const alike = library.filter(
    runbook => runbook.stack === stack && verbOf(runbook).every((word, index) => words[index] === word),
  )
  const [found] = alike.sort((a, b) => verbOf(b).length - verbOf(a).length)
  if (!found) throw new Error(`${at}: ${stack} has no runbook for "${text}"`)
  return found
}

/** `verify cib` of `verify cib`, `failover` of `failover <group> [to <node>]`. */
function verbOf({ command }: Runbook): readonly string[] {
  return command.split(/ *[<[]/)[0]?.split(' ') ?? []
}

function nameOf({ stack, name }: Runbook): string {
  return `${stack}/${name}`
}
