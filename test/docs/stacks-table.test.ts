import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readRunbookFolder } from '../../src/adapters/runbook-files.ts'
import { STACKS } from '../../src/clusters/inventory.ts'
import { parseRunbook } from '../../src/runbooks/parse.ts'
import { REPOSITORY } from './documents.ts'

type Stack = (typeof STACKS)[number]

/** How a test comes by a cluster of this stack: by its world, or by the stack of the real lab. */
const WORLD_OF: Readonly<Record<Stack, RegExp>> = {
  pacemaker: /startSimulatedWorld|startRealWorld|stack: 'pacemaker'/,
  'heartbeat-crm': /startHeartbeatCrmWorld/,
  heartbeat: /startEvms|startOpengfs|stack: 'heartbeat'/,
  rgmanager: /startHaLvm/,
}

const FOLDER_OF = { real: 'test/acceptance', model: 'test/runbooks-on-models' } as const
/** `failover`: real `real`, `real-pacemaker`; model `pacemaker` */
const ENTRY =
  /^`([a-z-]+)`: ((?:(?:real|model) `[a-z-]+`(?:, `[a-z-]+`)*)(?:; (?:real|model) `[a-z-]+`(?:, `[a-z-]+`)*)*)$/

interface Claim {
  readonly stack: Stack
  readonly runbook: string
  readonly on: 'real' | 'model'
  readonly test: string
}

interface Cell {
  readonly row: string
  readonly stack: Stack
  readonly text: string
}

let document = ''
let cells: readonly Cell[] = []
let claims: readonly Claim[] = []
/** `pacemaker/failover` → `failover`, the words before the first parameter. */
const commands = new Map<string, string>()

beforeAll(async () => {
  document = await readFile(join(REPOSITORY, 'docs/stacks.md'), 'utf8')
  cells = cellsOf(document)
  claims = cells.flatMap(claimsOf)
  const folder = await readRunbookFolder(join(REPOSITORY, 'runbooks'))
  if (!folder.ok) throw new Error('the runbooks cannot be read')
  for (const { file, text } of folder.value.files) {
    const loaded = parseRunbook(file, text)
    if (!loaded.ok) throw new Error(`${file} cannot be read`)
    const { stack, name, command } = loaded.value.runbook
    commands.set(`${stack}/${name}`, command.replace(/ *[[<].*$/, ''))
  }
})

/** The first table of the document, row by row, without its head. */
function cellsOf(text: string): Cell[] {
  const begin = text.indexOf('\n| say')
  const [head = '', , ...rows] = text.slice(begin + 1, text.indexOf('\n\n', begin)).split('\n')
  const split = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
  const stacks = split(head)
    .slice(1)
    .map(title => STACKS.find(stack => title.startsWith(`${stack} `)))
  return rows.flatMap(row => {
    const [say = '', ...texts] = split(row)
    return stacks.map((stack, index) => ({ row: say, stack: stack ?? 'pacemaker', text: texts[index] ?? '' }))
  })
}

function claimsOf({ stack, text }: Cell): Claim[] {
  return text.split('<br>').flatMap(entry => {
    const [, runbook = '', places = ''] = ENTRY.exec(entry) ?? []
    return places.split('; ').flatMap(place => {
      const on = place.startsWith('real') ? ('real' as const) : ('model' as const)
      return [...place.matchAll(/`([a-z-]+)`/g)].map(([, test = '']) => ({ stack, runbook, on, test }))
    })
  })
}

async function wrongWith({ stack, runbook, on, test }: Claim): Promise<string[]> {
  const place = `${FOLDER_OF[on]}/${test}.test.ts`
  const claim = `${stack}/${runbook} in ${place}`
  const command = commands.get(`${stack}/${runbook}`)
  if (command === undefined) return [`${claim}: there is no such runbook`]
  if (on === 'real' && !test.startsWith('real')) return [`${claim}: real daemons are only in test/acceptance/real…`]
  const source = await readFile(join(REPOSITORY, place), 'utf8').catch(() => undefined)
  if (source === undefined) return [`${claim}: there is no such test`]
  if (!WORLD_OF[stack].test(source)) return [`${claim}: it has no cluster of this stack`]
  return new RegExp(`['"\`](?:/ha )?${command}(?=['"\` ])`).test(source)
    ? []
    : [`${claim}: it does not say "${command}"`]
}

describe('the table of operations and stacks', () => {
  it('has a column for every stack, and no cell without a runbook or a reason', () => {
    expect([...new Set(cells.map(({ stack }) => stack))].sort()).toEqual([...STACKS].sort())
    expect(cells.length).toBeGreaterThan(50)
    const unclear = cells.filter(({ text }) =>
      text.includes('`') ? !text.split('<br>').every(entry => ENTRY.test(entry)) : text.length < 10,
    )
    expect(unclear).toEqual([])
  })

  it('names every runbook in the column of its stack', () => {
    const named = new Set(claims.map(({ stack, runbook }) => `${stack}/${runbook}`))
    expect([...commands.keys()].filter(runbook => !named.has(runbook))).toEqual([])
  })

  it('says of every runbook which tests carry it out, and these do', async () => {
    expect(claims.length).toBeGreaterThan(60)
    expect((await Promise.all(claims.map(wrongWith))).flat()).toEqual([])
  })

  it('has every runbook carried out on the model', () => {
    const onModel = new Set(
      claims.filter(({ on }) => on === 'model').map(({ stack, runbook }) => `${stack}/${runbook}`),
    )
    expect([...commands.keys()].filter(runbook => !onModel.has(runbook))).toEqual([])
  })

  it('leaves out no test on real daemons', async () => {
    const files = (await readdir(join(REPOSITORY, FOLDER_OF.real))).filter(name => /^real.*\.test\.ts$/.test(name))
    const named = new Set(claims.filter(({ on }) => on === 'real').map(({ test }) => `${test}.test.ts`))
    expect(files.filter(name => !named.has(name))).toEqual([])
  })

  it('explains below what it sends there', () => {
    const below = document.slice(document.indexOf('## What a stack does not have'))
    const sent = new Set(cells.filter(({ text }) => text.endsWith('see below')).map(({ stack }) => stack))
    expect([...sent].filter(stack => !below.includes(`- **${stack}** `))).toEqual([])
  })
})
