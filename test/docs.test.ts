import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { DIAGRAM_FILE, roomDiagram, withDiagram } from '../docs/graph/room-diagram.ts'
import { readRunbookFolder } from '../src/adapters/runbook-files.ts'
import { isOwnVerb } from '../src/commands/own-verbs.ts'
import { ClusterFile, ConfigFile, SlackFile } from '../src/config/schema.ts'
import { FIELDS_OF } from '../src/runbooks/expression-environment.ts'
import { createLibrary } from '../src/runbooks/library.ts'
import { lintRunbooks } from '../src/runbooks/lint.ts'
import { parseRunbook } from '../src/runbooks/parse.ts'
import { CompareStep, CopyStep, InputSpec, RollingStep, RunbookHead, STEP_SCHEMAS } from '../src/runbooks/schema.ts'
import { updateLock } from '../src/runbooks/versions.ts'
import { exitCode, OUTCOMES } from '../src/runs/outcome.ts'
import { commandsOf, program, wrongWith } from './docs/commands.ts'
import { type Document, REPOSITORY, readDocuments } from './docs/documents.ts'

/** Commands that the documents name as missing. */
const LATER: readonly string[] = []

let documents: readonly Document[] = []

beforeAll(async () => {
  documents = await readDocuments()
})

function documentAt(file: string): Document {
  const found = documents.find(document => document.file === file)
  if (!found) throw new Error(`there is no ${file}`)
  return found
}

describe('links of the documents', () => {
  it('lead to files and headings that are there', async () => {
    const links = documents.flatMap(({ file, links }) => links.map(link => ({ file, ...link })))
    const local = links.filter(({ target }) => !/^[a-z]+:/.test(target))

    const broken = await Promise.all(local.map(brokenLink))

    expect(local.length).toBeGreaterThan(20)
    expect(broken.flat()).toEqual([])
  })
})

async function brokenLink(link: { file: string; target: string; line: number }): Promise<string[]> {
  const [path = '', anchor] = link.target.split('#')
  const file = path === '' ? link.file : normalize(join(link.file, '..', path))
  const where = `${link.file}:${link.line} → ${link.target}`
  const content = await readFile(join(REPOSITORY, file)).catch(() => undefined)
  if (content === undefined) return [where]
  return anchor === undefined || documentAt(file).anchors.has(anchor) ? [] : [where]
}

describe('commands in the documents', () => {
  it('of ha exist, with the options that are shown', () => {
    const root = program()

    const said = documents.flatMap(document => commandsOf(document, 'ha').map(one => ({ ...one, file: document.file })))
    const wrong = said.flatMap(({ text, line, file }) => {
      const why = isAnnounced(file, text) ? undefined : wrongWith(root, text)
      return why === undefined ? [] : [`${file}:${line} ${why}`]
    })

    expect(said.length).toBeGreaterThan(30)
    expect(wrong).toEqual([])
  })

  it('that are announced for later are not there yet', () => {
    const root = program()

    expect(LATER.filter(command => wrongWith(root, command) === undefined)).toEqual([])
  })

  it('of /ha are understood by the library or are ha-bot’s own', async () => {
    // cleanup is what docs/writing-runbooks.md teaches to write.
    const known = new Set([...(await shippedVerbs()), 'cleanup'])

    const said = documents.flatMap(document =>
      commandsOf(document, '/ha').map(one => ({ ...one, file: document.file, verb: one.text.split(' ')[1] ?? '' })),
    )
    const unknown = said.filter(({ verb }) => /^[a-z]/.test(verb) && !isOwnVerb(verb) && !known.has(verb))

    expect(said.length).toBeGreaterThan(5)
    expect(unknown.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([])
  })

  it('of npm exist as scripts', async () => {
    const { scripts } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'))
    const known = Object.keys(scripts)

    const said = documents.flatMap(document =>
      commandsOf(document, 'npm run').map(one => ({ ...one, file: document.file, script: scriptOf(one.text) })),
    )

    expect(said.length).toBeGreaterThan(8)
    expect(said.filter(({ script }) => !known.includes(script))).toEqual([])
  })
})

/** The places that say what is not there yet. */
function isAnnounced(file: string, command: string): boolean {
  return ['docs/architecture.md', 'CHANGELOG.md'].includes(file) && LATER.includes(command)
}

function scriptOf(command: string): string {
  return /^npm run (?:-s )?(\S+)/.exec(command)?.[1] ?? ''
}

/** First words of the shipped commands. */
async function shippedVerbs(): Promise<ReadonlySet<string>> {
  const folder = await readRunbookFolder(join(REPOSITORY, 'runbooks'))
  if (!folder.ok) throw new Error('the library cannot be read')
  const loaded = folder.value.files.flatMap(({ file, text }) => {
    const parsed = parseRunbook(file, text)
    return parsed.ok ? [parsed.value] : []
  })
  return new Set(createLibrary(loaded).verbs())
}

describe('docs/architecture.md', () => {
  it('has the diagram of the rooms as they are now', async () => {
    const text = await readFile(DIAGRAM_FILE, 'utf8')

    expect(text, 'run: npm run graph').toBe(withDiagram(text, await roomDiagram()))
  })

  it('has every outcome with its exit code', () => {
    const { text } = documentAt('docs/architecture.md')

    const missing = OUTCOMES.filter(
      outcome => !new RegExp(`^\\| \`${outcome}\` .*\\| ${exitCode(outcome)} *\\|$`, 'm').test(text),
    )

    expect(missing).toEqual([])
  })
})

describe('docs/writing-runbooks.md', () => {
  const FILE = 'runbooks/pacemaker/cleanup.yaml'

  function example(): string {
    return documentAt('docs/writing-runbooks.md').blocks.find(block => block.text.includes('name: cleanup'))?.text ?? ''
  }

  function lint(text: string) {
    const parsed = parseRunbook(FILE, `${example()}\n`)
    if (!parsed.ok) throw new Error('the example does not parse')
    return lintRunbooks([{ file: FILE, text }], updateLock([], [parsed.value]))
  }

  it('has an example without anything wrong in it', () => {
    expect(example()).toContain('apiVersion: ha/v1')
    expect(lint(`${example()}\n`)).toEqual([])
  })

  it.each([
    ['cluster.quorate && cluster.settled', '!cluster.maintenance'],
    ['cluster.quorate && cluster.settled', 'cluster.quorat && cluster.settled'],
    ['--resource "$group"', '--resource ${{ inputs.group }}'],
    ['change: disruptive', 'change: destructive'],
    ['change: disruptive', 'change: disruptive\n    retries: 2'],
    ['size(cluster.failuresOf(inputs.group)) }} failures', 'steps.before.stdout }}'],
    ['state == "started"', 'state == 1'],
    ['run: crm_mon -1 -f', 'run: crm_mon -1 -f\n    check: cluster.quorate'],
    ['Forget the failures', 'Forget them'],
  ])('prints what the linter says when %s becomes %s', (right, wrong) => {
    const { text } = documentAt('docs/writing-runbooks.md')
    expect(example()).toContain(right)

    const [problem] = lint(`${example().replace(right, wrong)}\n`)

    const { file, line, column } = problem?.place ?? { file: '', line: 0, column: 0 }
    expect(text).toContain(`${file}:${line}:${column} ${problem?.message}`)
    expect(text).toContain(problem?.excerpt)
  })

  it('names every field of a runbook and every name an expression can use', () => {
    const { text } = documentAt('docs/writing-runbooks.md')
    const keys = [
      ...Object.keys(RunbookHead.shape),
      ...Object.keys(InputSpec.shape),
      ...Object.values(STEP_SCHEMAS).flatMap(schema => Object.keys(schema.shape)),
      ...[CopyStep.shape.copy, CompareStep.shape.compare, RollingStep.shape.rolling].flatMap(({ shape }) =>
        Object.keys(shape),
      ),
      ...Object.values(FIELDS_OF).flatMap(Object.keys),
    ]

    const missing = keys.filter(key => !new RegExp(`\`(?:[^\`]*[^\\w\`-])?${key}\\b[^\`]*\``).test(text))

    expect(missing).toEqual([])
  })
})

describe('docs/operating.md', () => {
  it('names every command of ha and every command of the library', async () => {
    const { text } = documentAt('docs/operating.md')
    const own = program().commands.map(command => `ha ${command.name()}`)
    const shipped = [...(await shippedVerbs())].map(verb => `/ha ${verb}`)

    const missing = [...own, ...shipped].filter(command => !text.includes(`\`${command}`))

    expect(missing).toEqual([])
  })

  it('names every field of ha.yaml', () => {
    const { text } = documentAt('docs/operating.md')
    const table = text.slice(text.indexOf('## ha.yaml'), text.indexOf('## Services'))
    const { ssh, nodes, policy } = ClusterFile.shape
    const approve = policy.unwrap().shape.read.unwrap().shape.approve.unwrap()
    const objects = [ConfigFile, SlackFile, ClusterFile, ssh, nodes.valueType, policy.unwrap(), approve]

    const missing = objects
      .flatMap(object => Object.keys(object.shape))
      .filter(key => !new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``).test(table))

    expect(missing).toEqual([])
  })
})

describe('the systemd units', () => {
  it.each(['ha-bot.service', 'ha-bot-worker.service'])('%s starts a command that there is', async unit => {
    const text = await readFile(join(REPOSITORY, 'deploy/systemd', unit), 'utf8')

    const started = /^ExecStart=\/usr\/bin\/node \/opt\/ha-bot\/dist\/cli\.js (.+)$/m.exec(text)?.[1] ?? ''

    expect(started).toMatch(/^start --only (bot|worker)$/)
    expect(wrongWith(program(), `ha ${started}`)).toBeUndefined()
  })
})

describe('what is written down', () => {
  it('names no path of somebody’s machine', () => {
    const machine = /(?:^|[\s"'`(=])\/(?:home|root|Users|work|tmp|mnt|private)\/\S+/

    const found = documents.flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, index) => (machine.test(line) ? [`${file}:${index + 1} ${line}`] : [])),
    )

    expect(found).toEqual([])
  })
})
